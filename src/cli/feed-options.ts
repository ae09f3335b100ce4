import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Argv } from "yargs";
import type { FeedFacts } from "../feeds/catalogue/facts.ts";
import type { FeedLimits } from "../feeds/parse/limits.ts";
import { UserError } from "../model/errors.ts";
import { configFolder } from "./folders.ts";
import { limitsOf } from "./import-options.ts";
import { once } from "./question.ts";

/** The caps that a message of unpacking names. */
export function unpackOptions<T>(yargs: Argv<T>): Argv<T & { "max-size"?: string; "max-ratio"?: string }> {
  return yargs
    .option("max-size", {
      type: "string",
      requiresArg: true,
      describe: "Bytes that a list may have when unpacked, with K, M or G if you like (default: 2G)",
    })
    .option("max-ratio", {
      type: "string",
      requiresArg: true,
      describe: "How many times bigger a list may get when unpacked (default: 500)",
    });
}

/** The caps of this import: the standard ones but for what the command line says. @throws UsageError */
export async function feedLimitsOf(args: { readonly [option: string]: unknown }): Promise<FeedLimits> {
  const { DEFAULT_LIMITS } = await import("../ingest/limits.ts");
  const { DEFAULT_FEED_LIMITS } = await import("../feeds/parse/limits.ts");
  const { maxSize, maxRatio } = limitsOf(
    { "max-size": args["max-size"], "max-ratio": args["max-ratio"] },
    { ...DEFAULT_LIMITS, maxSize: DEFAULT_FEED_LIMITS.maxSize },
  );
  return { ...DEFAULT_FEED_LIMITS, maxSize, maxRatio };
}

/** The options that every action has which uses what is known about feeds. */
export function catalogueOption<T>(yargs: Argv<T>): Argv<T & { feeds?: string }> {
  return yargs.option("feeds", {
    type: "string",
    requiresArg: true,
    describe: "Your own feeds (default: gadwall/feeds.yaml in your configuration folder, or GADWALL_FEEDS)",
  });
}

/**
 * The catalogue with the user's feeds.yaml in it.
 * @throws UserError when that file cannot be read or is wrong, with the lines.
 */
export async function catalogueOf(
  args: { readonly [option: string]: unknown },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ReadonlyMap<string, FeedFacts>> {
  const { catalogue } = await import("../feeds/catalogue/catalogue.ts");
  const named =
    once("feeds", args.feeds as string | string[] | undefined) ?? (env.GADWALL_FEEDS || undefined);
  const path = named === undefined ? join(configFolder(env), "feeds.yaml") : resolve(named);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (named === undefined && (code === "ENOENT" || code === "ENOTDIR")) return catalogue();
    throw new UserError(`${path} with your feeds cannot be read (${code ?? String(error)})`, {
      cause: error,
    });
  }
  const { readUserFeeds } = await import("../feeds/catalogue/read.ts");
  return readUserFeeds(text, path, catalogue());
}

export interface OutputArgs {
  output?: string;
  json?: boolean;
}

/** `-o` and `--json`. */
export function outputOption<T>(yargs: Argv<T>, formats: readonly string[]): Argv<T & OutputArgs> {
  return yargs
    .option("output", {
      alias: "o",
      choices: formats,
      requiresArg: true,
      describe: `How to write the answer (default: ${formats[0]})`,
    })
    .option("json", { type: "boolean", describe: "The same as -o json" });
}
