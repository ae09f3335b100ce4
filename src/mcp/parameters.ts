/** Parameters that several tools share, with the names, types and defaults of IVRE (spec ivre-tools.json). */
import { z } from "zod";
import { UserError } from "../model/errors.ts";
import { ACTIVE_PURPOSES, type ActivePurpose, PURPOSES, type Purpose } from "../model/purpose.ts";

/** Purposes a filter can be built for. */
export const anyPurpose = z.enum(PURPOSES);

/** Purposes of the host record: what filters on hosts are built for. */
export const hostPurpose = z.enum(ACTIVE_PURPOSES);

/**
 * Purposes that can be asked. `passive` is taken, so that the answer can say why there is none, but not
 * advertised: an agent that reads the schema does not waste a call on it.
 */
export const askedPurpose = z.enum(PURPOSES).meta({ enum: [...ACTIVE_PURPOSES] });

export const protocol = z.enum(["tcp", "udp"]).default("tcp");

export const optionalText = z.string().nullable().default(null);
export const optionalInteger = z.int().nullable().default(null);
export const optionalTexts = z.array(z.string()).nullable().default(null);

/** The two ways to say which records: a token, a query text; both together must hold. */
export const filterParameters = {
  flt: optionalText.describe("Filter token from the search and flt tools"),
  q: optionalText.describe(
    "Filter in words, instead of or beside flt: port:443 country:DE !service:ssh [port:22 product:/^open/i]",
  ),
};

/** @throws UserError for passive, which this version holds no records of. */
export function active(purpose: Purpose): ActivePurpose {
  if (purpose === "passive")
    throw new UserError('this version holds no passive observations yet: use purpose "view" or "nmap"');
  return purpose;
}
