import type { Argv } from "yargs";
import { UsageError } from "../model/errors.ts";
import { PURPOSES, type Purpose } from "../model/purpose.ts";
import { clean } from "../model/text.ts";

/** How an answer is written. */
export const FORMATS = ["table", "json", "jsonl", "csv", "ip"] as const;
export type Format = (typeof FORMATS)[number];

export interface QuestionArgs {
  query?: string[];
  purpose: Purpose;
  flt?: string;
  output?: string;
  json?: boolean;
  explain?: boolean;
  db?: string;
  config?: string;
  geo?: boolean;
}

/** The options that every question has. `query` are the positional words of the query language. */
export function questionOptions(yargs: Argv, formats: readonly Format[]): Argv<QuestionArgs> {
  return yargs
    .positional("query", {
      type: "string",
      array: true,
      describe: "Words of the query language; together they narrow (docs/query-language.md)",
    })
    .option("purpose", {
      choices: PURPOSES,
      default: "view" as const,
      describe: "view: one record an address; nmap: one a host and scan; passive: one an observation",
    })
    .option("flt", {
      type: "string",
      requiresArg: true,
      describe: "A filter token, as the MCP tools give them",
    })
    .option("output", {
      alias: "o",
      choices: formats,
      requiresArg: true,
      describe: "How to write the answer (default: table)",
    })
    .option("json", { type: "boolean", describe: "The same as -o json" })
    .option("explain", {
      type: "boolean",
      describe: "Print the SQL and its parameters instead of the answer",
    });
}

/** The `--sum` of counts. */
export function sumOption<T>(yargs: Argv<T>): Argv<T & { sum?: boolean }> {
  return yargs.option("sum", {
    type: "boolean",
    describe: "Purpose passive: how often records were seen, not how many there are",
  });
}

/** The `--limit` of listings. */
export function limitOption<T>(yargs: Argv<T>, describe: string): Argv<T & { limit?: string }> {
  return yargs.option("limit", { type: "string", alias: "n", requiresArg: true, describe });
}

/** The format asked for. @throws UsageError when it is asked for in two ways that differ. */
export function formatOf(args: { output?: string; json?: boolean }): Format {
  const named = once("output", args.output);
  if (args.json === true && named !== undefined && named !== "json")
    throw new UsageError(`--json and -o ${named} cannot both hold: leave one out`);
  return args.json === true ? "json" : (FORMATS.find((format) => format === named) ?? "table");
}

/** One value of an option. yargs makes a list of an option given twice. */
export function once<T>(name: string, value: T | T[] | undefined): T | undefined {
  if (Array.isArray(value)) throw new UsageError(`--${name} was given more than once`);
  return value;
}

/** A whole number of at least `min`. @throws UsageError */
export function integer(name: string, value: string | undefined, min = 0): number | undefined {
  const text = once(name, value);
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (number < min)
    throw new UsageError(
      `--${name} must be a whole number of at least ${min}, not “${clean(text).slice(0, 40)}”: for example --${name} 20`,
    );
  return number;
}

/** The limit asked for: null = all (`--limit 0`). */
export function limitOf(args: { limit?: string }, standard: number | null): number | null {
  const limit = integer("limit", args.limit);
  return limit === undefined ? standard : limit === 0 ? null : limit;
}

/** The members of comma lists, in order. */
export function commaList(values: string | string[] | undefined): string[] {
  return [values ?? []]
    .flat()
    .flatMap((value) => value.split(","))
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
