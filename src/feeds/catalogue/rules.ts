/** What each field of a catalogue entry may hold: one rule a field, which tells what is wrong or "". */
import { UserError } from "../../model/errors.ts";
import { didYouMean } from "../../model/nearest.ts";
import { cap, clean } from "../../model/text.ts";
import { isFeedName } from "../name.ts";
import { AddressLine } from "../parse/address-line.ts";
import { parseSteps } from "../parse/steps.ts";
import {
  CATEGORIES,
  CRITICAL_TIERS,
  FAMILIES,
  type Field,
  HASHES,
  LEGACY_CATEGORIES,
  PROVENANCES,
  ROLES,
  STATUSES,
  TAGS,
} from "./vocabulary.ts";

/** Completes "category …"; "" when nothing is wrong. */
type Rule = (value: unknown) => string;

const MOST_MEMBERS = 1000;
const URL_LENGTH = 2000;

export const RULES: Readonly<Record<Field, Rule>> = {
  name: feedName,
  official_name: text(100),
  maintainer: text(100),
  maintainer_url: webAddress,
  description: text(300),
  category: oneOf(CATEGORIES),
  legacy_category: oneOf(LEGACY_CATEGORIES),
  provenance: oneOf(Object.keys(PROVENANCES)),
  licence: text(100),
  redistributable: (value) => (typeof value === "boolean" ? "" : `is ${show(value)}, not true or false`),
  critical: oneOf(CRITICAL_TIERS),
  roles: list(oneOf(Object.keys(ROLES))),
  family: oneOf(FAMILIES),
  hash: oneOf(HASHES),
  frequency: wholeNumber,
  source_url: webAddress,
  ranges: list(range),
  parse: steps,
  merge,
  parent: feedName,
  window_minutes: wholeNumber,
  status: oneOf(STATUSES),
  successor: feedName,
  tags,
};

/** A value in a message: short, harmless, and never more than one line. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value !== null && typeof value === "object") return "several fields";
  return JSON.stringify(cap(clean(String(value)), 60));
}

function oneOf(known: readonly string[]): Rule {
  return (value) =>
    typeof value === "string" && known.includes(value)
      ? ""
      : `is ${show(value)}, not one of ${known.join(", ")}.${typeof value === "string" ? didYouMean(value, known) : ""}`;
}

function text(most: number): Rule {
  return (value) => {
    if (typeof value !== "string") return `is ${show(value)}, not a text (write it in quotes)`;
    if (value.trim() === "") return "is empty; leave it out";
    if (value.length > most) return `is longer than ${most} characters`;
    return clean(value) === value && !value.includes("\n") ? "" : "holds characters that cannot be seen";
  };
}

function feedName(value: unknown): string {
  if (typeof value === "string" && isFeedName(value)) return "";
  return `is ${show(value)}, not a feed name (letters, digits, _ . - and no more than 128)`;
}

function wholeNumber(value: unknown): string {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 10_000_000;
  return fits ? "" : `is ${show(value)}, not a number of minutes`;
}

function webAddress(value: unknown): string {
  const wrong = `is ${show(value)}, not an address that begins with https:// or http://`;
  if (typeof value !== "string" || value.length > URL_LENGTH || /\s/.test(value)) return wrong;
  const url = URL.parse(value);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return wrong;
  return url.username === "" && url.password === "" ? "" : "must not hold a user name or password";
}

function list(each: Rule): Rule {
  return (value) => {
    if (!Array.isArray(value)) return `is ${show(value)}, not a list`;
    if (value.length === 0) return "is empty; leave it out";
    if (value.length > MOST_MEMBERS) return `has more than ${MOST_MEMBERS} members`;
    for (const member of value) {
      const wrong = each(member);
      if (wrong !== "") return wrong;
    }
    const again = value.find((member, i) => value.indexOf(member) < i);
    return again === undefined ? "" : `holds ${show(again)} twice`;
  };
}

function range(value: unknown): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : new Uint8Array(0);
  const kind = new AddressLine().read(bytes, 0, bytes.length);
  return kind === "v4" || kind === "v6" ? "" : `holds ${show(value)}, which is no address or network`;
}

function steps(value: unknown): string {
  const wrong = list((step) => (typeof step === "string" ? "" : `holds ${show(step)}, which is no step`))(
    value,
  );
  if (wrong !== "") return wrong;
  try {
    parseSteps(value as string[]);
    return "";
  } catch (error) {
    if (error instanceof UserError) return `is wrong: ${error.message.replace(/\.$/, "")}`;
    throw error;
  }
}

function merge(value: unknown): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return `is ${show(value)}, not {include: [names], exclude: [names]}`;
  }
  const foreign = Object.keys(value).find((key) => key !== "include" && key !== "exclude");
  if (foreign !== undefined) return `has ${show(foreign)}, and only include and exclude are known`;
  const { include, exclude } = value as { include?: unknown; exclude?: unknown };
  const wrong = list(feedName)(include);
  if (wrong !== "") return `include ${wrong}`;
  const wrongToo = exclude === undefined ? "" : list(feedName)(exclude);
  return wrongToo === "" ? "" : `exclude ${wrongToo}`;
}

function tags(value: unknown): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return `is ${show(value)}, not {TAG: info}`;
  }
  for (const [tag, info] of Object.entries(value)) {
    const wrong = oneOf(TAGS)(tag) || text(40)(info);
    if (wrong !== "") return `${show(tag)} ${wrong}`;
  }
  return "";
}
