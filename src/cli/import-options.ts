import type { ParseLimits } from "../ingest/limits.ts";
import { UsageError } from "../model/errors.ts";
import { integer } from "./question.ts";

/**
 * A tag as the command line gives it: `VALUE[:TYPE[:INFO]]`; the info may hold colons.
 * @throws UsageError without a value.
 */
export function parseTag(text: string): { value: string; type?: string; info?: string } {
  const [value = "", type = "", ...info] = text.split(":");
  if (value.trim() === "")
    throw new UsageError(`--tag ${text} has no value: write VALUE, VALUE:TYPE or VALUE:TYPE:INFO`);
  return {
    value: value.trim(),
    ...(type !== "" && { type }),
    ...(info.length > 0 && info.join(":") !== "" && { info: info.join(":") }),
  };
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** A size: a whole number with an optional unit K, M, G or T (binary). @throws UsageError */
export function parseSize(name: string, text: string): number {
  const found = /^(\d{1,15})\s*([kmgt]?)(?:i?b)?$/i.exec(text);
  const size = found === null ? 0 : Number(found[1]) * UNITS[found[2]!.toLowerCase()]!;
  if (size < 1 || !Number.isSafeInteger(size))
    throw new UsageError(
      `--${name} must be a whole number above 0, with K, M, G or T if you like: for example --${name} 4G`,
    );
  return size;
}

const COUNTS = { maxDepth: "max-depth", maxHosts: "max-hosts", maxRatio: "max-ratio" } as const;
const SIZES = { maxAttribute: "max-attribute", maxHostSize: "max-host-size", maxSize: "max-size" } as const;

/** The caps of this import: the standard ones but for what the command line says. */
export function limitsOf(
  args: { readonly [option: string]: unknown },
  standard: Readonly<ParseLimits>,
): ParseLimits {
  const limits = { ...standard };
  for (const key of Object.keys(COUNTS) as (keyof typeof COUNTS)[])
    limits[key] = integer(COUNTS[key], text(args[COUNTS[key]]), 1) ?? limits[key];
  for (const key of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    const given = text(args[SIZES[key]]);
    if (given !== undefined) limits[key] = parseSize(SIZES[key], given);
  }
  return limits;
}

function text(value: unknown): string | undefined {
  if (Array.isArray(value)) throw new UsageError("a limit was given more than once");
  return value === undefined ? undefined : String(value);
}
