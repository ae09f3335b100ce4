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
  bosnia: "BA",
  britain: "GB",
  burma: "MM",
  "cape verde": "CV",
  "czech republic": "CZ",
  "democratic republic of the congo": "CD",
  "dr congo": "CD",
  "east timor": "TL",
  "european union": "EU",
  "great britain": "GB",
  holland: "NL",
  "hong kong": "HK",
  "islamic republic of iran": "IR",
  "ivory coast": "CI",
  korea: "KR",
  "lao pdr": "LA",
  macao: "MO",
  macau: "MO",
  macedonia: "MK",
  moldavia: "MD",
  palestine: "PS",
  "peoples republic of china": "CN",
  "republic of korea": "KR",
  "republic of the congo": "CG",
  "russian federation": "RU",
  swaziland: "SZ",
  turkey: "TR",
  uae: "AE",
  "united states of america": "US",
  usa: "US",
  vatican: "VA",
  "viet nam": "VN",
};

/** Withdrawn codes that ICU still gives the name of what came after. */
const WITHDRAWN = new Set("AN CS DY HV NH RH SU UK VD YU".split(" "));

let names: Map<string, string> | undefined;

/** A name without case, accents and marks, "and" and "Saint" in full: people write them in several ways. */
function plain(name: string): string {
  return name
    .normalize("NFD")
    .toLowerCase()
    .replace(/&/g, " and ")
    .replace(/\bst\b/g, "saint")
    .replace(/[\p{M}.'’]/gu, "")
    .replace(/[\s-]+/g, " ")
    .replace(/^ ?the /, "")
    .trim();
}

/** Plain English names of all regions that ICU knows, to codes. */
function countryNames(): Map<string, string> {
  if (names !== undefined) return names;
  names = new Map();
  const english = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
  for (let i = 0; i < 26 * 26; i++) {
    const code = String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26));
    if (WITHDRAWN.has(code) || Intl.getCanonicalLocales(`und-${code}`)[0] !== `und-${code}`) continue;
    const name = english.of(code);
    if (name !== undefined) names.set(plain(name), code);
  }
  for (const [name, code] of Object.entries(FURTHER_NAMES)) names.set(name, code);
  return names;
}

function resolveOne(text: string): readonly string[] {
  const upper = text.toUpperCase();
  if (/^[A-Z]{2}$/.test(upper)) return ALIASES[upper] ?? [upper];
  const code = countryNames().get(plain(text));
  if (code !== undefined) return ALIASES[code] ?? [code];
  throw new UserError(
    `“${text.slice(0, 60)}” is not a country: give a two-letter code or an English name, for instance DE or Germany.${didYouMean(plain(text), [...countryNames().keys()])}`,
  );
}

/**
 * The codes meant by one code or English name, or a list of them separated by commas or bars. Throws
 * UserError for what is neither.
 */
export function countryCodes(text: string): string[] {
  const whole = countryNames().get(plain(text));
  const parts = whole !== undefined ? [whole] : text.split(/[,|]/).map((part) => part.trim());
  return [...new Set(parts.flatMap(resolveOne))].sort();
}
