import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Argv } from "yargs";
import type { FeedFacts } from "../feeds/catalogue/facts.ts";
import { UserError } from "../model/errors.ts";
import { once } from "./question.ts";
import { configFolder } from "./settings.ts";

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
