/** Countries as users write them: codes in any case, lists, names, and IVRE's aliases (spec ivre §2.3). */
import { UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";

/** What these stand for besides, or instead of, themselves. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  UK: ["GB"],
  EU: "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE EU".split(" "),
};

/** Names that people use and ICU does not. */
const FURTHER_NAMES: Readonly<Record<string, string>> = {
  america: "US",
  britain: "GB",
  "czech republic": "CZ",
  "european union": "EU",
  "great britain": "GB",
  holland: "NL",
  "ivory coast": "CI",
  macedonia: "MK",
  "the netherlands": "NL",
  turkey: "TR",
  "united states of america": "US",
  usa: "US",
};

/** Withdrawn codes that ICU still gives the name of what came after. */
const WITHDRAWN = new Set("AN CS DY HV NH RH SU UK VD YU".split(" "));

let names: Map<string, string> | undefined;

/** Lower-case English names of all regions that ICU knows, to codes. */
function countryNames(): Map<string, string> {
  if (names !== undefined) return names;
  names = new Map();
  const english = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  for (let i = 0; i < 26 * 26; i++) {
    const code = String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26));
    if (WITHDRAWN.has(code) || Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
    const name = english.of(code);
    if (name !== undefined) names.set(name.toLowerCase(), code);
  }
  for (const [name, code] of Object.entries(FURTHER_NAMES)) names.set(name, code);
  return names;
}

function resolveOne(text: string): readonly string[] {
  const upper = text.toUpperCase();
  if (/^[A-Z]{2}$/.test(upper)) return ALIASES[upper] ?? [upper];
  const code = countryNames().get(text.toLowerCase());
  if (code !== undefined) return ALIASES[code] ?? [code];
  throw new UserError(
    `“${text.slice(0, 60)}” is not a country: give two-letter codes, for instance DE or DE,FR.${didYouMean(text, [...countryNames().keys()])}`,
  );
}

/**
 * The codes meant by one code or English name, or a list of them separated by commas or bars. Throws
 * UserError for what is neither.
 */
export function countryCodes(text: string): string[] {
  const whole = countryNames().get(text.trim().toLowerCase());
  const parts = whole !== undefined ? [whole] : text.split(/[,|]/).map((part) => part.trim());
  return [...new Set(parts.flatMap(resolveOne))].sort();
}
