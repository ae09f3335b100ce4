/** Catalogue files, ours and the user's: YAML, `feeds:` with a list of entries (vocabulary.ts tells the fields). */

import { amount } from "../../model/amount.ts";
import { brokenLine } from "../../model/broken-line.ts";
import { UserError } from "../../model/errors.ts";
import { didYouMean } from "../../model/nearest.ts";
import { type FeedFacts, madeOf } from "./facts.ts";
import { RULES, show } from "./rules.ts";
import { FIELD_NAMES, type Field } from "./vocabulary.ts";
import { type EntryLines, entryLines } from "./yaml-lines.ts";

/** An entry whose fields are all as they must be. */
interface Entry {
  values: Values;
  /** Where it begins, and where its fields are. */
  lines: EntryLines;
}

type Values = Partial<Record<Field, unknown>> & { name: string };

interface Fault {
  line: number;
  message: string;
}

const MOST_FAULTS = 10;
/** More feeds than anybody publishes, in the wordiest form. */
const LONGEST_FILE = 8 * 1024 * 1024;

const UNKNOWN: Omit<FeedFacts, "name"> = {
  officialName: null,
  maintainer: null,
  maintainerUrl: null,
  description: null,
  category: null,
  legacyCategory: null,
  provenance: null,
  licence: null,
  redistributable: null,
  critical: null,
  roles: [],
  family: "v4",
  hash: null,
  frequency: null,
  sourceUrl: null,
  ranges: [],
  parse: [],
  include: [],
  exclude: [],
  parent: null,
  windowMinutes: null,
  status: null,
  successor: null,
  tags: [],
};

/**
 * The catalogue with the feeds of a user's feeds.yaml in it. An entry with a new name needs a category; one whose
 * name is in the catalogue changes the facts that it gives. Where content comes from (source_url with parse, ranges,
 * merge, parent) changes as a whole.
 * @param path for messages.
 * @throws UserError with the lines of all that is wrong.
 */
export function readUserFeeds(
  text: string,
  path: string,
  base: ReadonlyMap<string, FeedFacts>,
): Map<string, FeedFacts> {
  const faults: Fault[] = [];
  const feeds = new Map(base);
  for (const entry of readEntries(text, path, faults)) {
    const { name } = entry.values;
    const known = base.get(name);
    if (known === undefined && entry.values.category === undefined) {
      const hint = didYouMean(name, [...base.keys()]).replace(/\.$/, "");
      faults.push({ line: entry.lines.line, message: `feed ${name} lacks category.${hint}` });
    }
    feeds.set(name, { ...(known ?? { ...UNKNOWN, name }), ...given(entry.values) });
    checkEntry(entry, feeds.get(name)!, faults);
    if (isMadeOfItself(name, feeds)) {
      const line = entry.lines.fields.get("merge") ?? entry.lines.fields.get("parent") ?? entry.lines.line;
      faults.push({ line, message: `feed ${name} is made of itself` });
    }
  }
  report(faults, path);
  return feeds;
}

/** Feeds of one of our own catalogue files. @throws UserError */
export function readCatalogueFile(text: string, path: string): FeedFacts[] {
  const faults: Fault[] = [];
  const feeds = readEntries(text, path, faults).map((entry) => {
    const facts: FeedFacts = { ...UNKNOWN, name: entry.values.name, ...given(entry.values) };
    checkEntry(entry, facts, faults);
    return facts;
  });
  report(faults, path);
  return feeds;
}

/** Whether a merge or a history leads back to its own feed. */
export function isMadeOfItself(name: string, feeds: ReadonlyMap<string, FeedFacts>): boolean {
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const facts = feeds.get(next);
    for (const member of facts === undefined ? [] : madeOf(facts)) {
      if (member === name) return true;
      if (!seen.has(member)) open.push(member);
      seen.add(member);
    }
  }
  return false;
}

function report(faults: Fault[], path: string): void {
  if (faults.length === 0) return;
  faults.sort((a, b) => a.line - b.line);
  const shown = faults
    .slice(0, MOST_FAULTS)
    .map(({ line, message }) => `${path}:${line}: ${message.replace(/[.?]?$/, (end) => end || ".")}`);
  const rest = faults.length - shown.length;
  if (rest > 0) shown.push(`${path}: and ${amount(rest, "more fault")}.`);
  throw new UserError(shown.join("\n"));
}

/** The entries that are in order; what is wrong with the others goes to `faults`. */
function readEntries(text: string, path: string, faults: Fault[]): Entry[] {
  if (text.length > LONGEST_FILE) throw new UserError(`${path}: this file is too long for a list of feeds.`);
  let root: unknown;
  try {
    root = Bun.YAML.parse(text);
  } catch {
    throw new UserError(`${path}:${brokenLine(text, Bun.YAML.parse)}: this is not YAML.`);
  }
  const list = isObject(root) ? root.feeds : null;
  if (!isObject(root) || !Array.isArray(list)) {
    throw new UserError(
      `${path}:1: this is no list of feeds; it begins with "feeds:" and has one "- name: …" for each.`,
    );
  }
  const foreign = Object.keys(root).find((key) => key !== "feeds");
  if (foreign !== undefined) faults.push({ line: 1, message: `there is ${show(foreign)} beside feeds` });
  const places = entryLines(text, "feeds");
  const located = places.length === list.length;
  const names = new Set<string>();
  const entries: Entry[] = [];
  list.forEach((value: unknown, i) => {
    const lines: EntryLines = (located && places[i]) || { line: 1, fields: new Map(), twice: [] };
    const before = faults.length;
    const values = checkValues(value, lines, located ? "" : ` (the ${i + 1}. of the list)`, faults);
    if (values === null || faults.length > before) return;
    if (names.has(values.name)) {
      faults.push({ line: lines.line, message: `feed ${values.name} is there twice` });
    } else entries.push({ values, lines });
    names.add(values.name);
  });
  return entries;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function checkValues(value: unknown, lines: EntryLines, which: string, faults: Fault[]): Values | null {
  if (!isObject(value)) {
    faults.push({
      line: lines.line,
      message: `an entry${which} is ${show(value)}, not "name: …" and other fields`,
    });
    return null;
  }
  const { name } = value;
  const wrongName = name === undefined ? "is missing" : RULES.name(name);
  if (wrongName !== "") {
    faults.push({ line: lines.fields.get("name") ?? lines.line, message: `name${which} ${wrongName}` });
    return null;
  }
  const feed = `feed ${name}: `;
  for (const { field, line } of lines.twice) faults.push({ line, message: `${feed}${field} is there twice` });
  for (const [key, member] of Object.entries(value)) {
    const line = lines.fields.get(key) ?? lines.line;
    const field = FIELD_NAMES.find((known) => known === key);
    if (field === undefined) {
      faults.push({ line, message: `${feed}there is no field ${show(key)}.${didYouMean(key, FIELD_NAMES)}` });
      continue;
    }
    const wrong = RULES[field](member);
    if (wrong !== "") faults.push({ line, message: `${feed}${field} ${wrong}` });
  }
  return value as Values;
}

/** Fields of one entry that must agree with each other. */
function checkEntry({ lines, values }: Entry, facts: FeedFacts, faults: Fault[]): void {
  const fault = (field: Field, message: string): void => {
    faults.push({ line: lines.fields.get(field) ?? lines.line, message: `feed ${facts.name}: ${message}` });
  };
  const sources = (["source_url", "ranges", "merge", "parent"] as const).filter(
    (field) => values[field] !== undefined,
  );
  if (sources.length > 1)
    fault(sources[1]!, `has both ${sources[0]} and ${sources[1]}; only one can be its content`);
  if ((facts.parent === null) !== (facts.windowMinutes === null)) {
    fault("parent", "parent and window_minutes belong together");
  }
  const critical = facts.roles.includes("critical_infrastructure");
  if (critical !== (facts.critical !== null)) {
    fault("critical", "critical and the role critical_infrastructure belong together");
  }
  if (facts.successor === facts.name) fault("successor", "cannot be its own successor");
}

/** The facts that an entry gives. */
function given(values: Values): Partial<FeedFacts> {
  const facts: Record<string, unknown> = {};
  for (const [field, key] of Object.entries(PLAIN)) {
    if (values[field as Field] !== undefined) facts[key] = values[field as Field];
  }
  const content = [values.source_url, values.ranges, values.merge, values.parent];
  if (content.some((value) => value !== undefined)) {
    const { include = [], exclude = [] } = (values.merge ?? {}) as { include?: string[]; exclude?: string[] };
    facts.sourceUrl = values.source_url ?? null;
    facts.ranges = values.ranges ?? [];
    facts.parse = values.parse ?? [];
    facts.include = include;
    facts.exclude = exclude;
    facts.parent = values.parent ?? null;
    facts.windowMinutes = values.window_minutes ?? null;
  }
  if (values.tags !== undefined) {
    facts.tags = Object.entries(values.tags as object).map(([value, info]) => ({ value, info }));
  }
  return facts as Partial<FeedFacts>;
}

/** Fields that are facts as they stand. */
const PLAIN = {
  official_name: "officialName",
  maintainer: "maintainer",
  maintainer_url: "maintainerUrl",
  description: "description",
  category: "category",
  legacy_category: "legacyCategory",
  provenance: "provenance",
  licence: "licence",
  redistributable: "redistributable",
  critical: "critical",
  roles: "roles",
  family: "family",
  hash: "hash",
  frequency: "frequency",
  parse: "parse",
  window_minutes: "windowMinutes",
  status: "status",
  successor: "successor",
} as const satisfies Partial<Record<Field, keyof FeedFacts>>;
