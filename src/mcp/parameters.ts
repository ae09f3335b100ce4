/** Parameters that several tools share, with the names, types and defaults of IVRE (spec ivre-tools.json). */
import { z } from "zod";
import { ACTIVE_PURPOSES, PURPOSES } from "../model/purpose.ts";

/** Purposes that can be asked. */
export const anyPurpose = z.enum(PURPOSES);

/** Purposes of the host record: what filters on hosts are built for. */
export const hostPurpose = z.enum(ACTIVE_PURPOSES);

export const protocol = z.enum(["tcp", "udp"]).default("tcp");

export const optionalText = z.string().nullable().default(null);
export const optionalInteger = z.int().nullable().default(null);
export const optionalTexts = z.array(z.string()).nullable().default(null);

/** The two ways to say which records: a token, a query text; both together must hold. */
export const filterParameters = {
  flt: optionalText.describe("Filter token from the search and flt tools"),
  q: optionalText.describe(
    "Filter in words, instead of or beside flt: port:443 country:DE !service:ssh [port:22 product:/^open/i] seen:30d",
  ),
};

/** One text with several members, separated by commas or blanks, where a list of them is wanted. */
export function asList(value: unknown): unknown {
  if (typeof value !== "string" || value.trim().startsWith("[")) return value;
  return value.split(/[\s,]+/).filter((member) => member !== "");
}

export const sum = z
  .boolean()
  .default(false)
  .describe("Purpose passive: how often records were seen, not how many there are");
