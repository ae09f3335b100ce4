/**
 * Rows of logs to observations. Logs say the same thing over and over, so rows that agree in the columns of a
 * part are understood once and counted.
 */
import type { Observation } from "../model/passive.ts";
import type { ScanEvent } from "../model/scan.ts";
import { normalise } from "../passive/normalise.ts";
import type { Header } from "./zeek-header.ts";
import type { Columns, Fact, LogKind, Part } from "./zeek-kind.ts";
import { otherSpelling } from "./zeek-kinds.ts";
import { BadValue, toAddress, toFlag, toPort, toTime, unescapeAscii, unescapeText } from "./zeek-values.ts";

/** Different rows held at once. */
const MAX_ROWS = 40_000;

/** Observations handed on at once, about. */
const BATCH = 4096;

/** What rows that agree in the columns of a part state, and when and how often. */
interface Seen {
  observations: readonly Observation[];
  /** Infinity as long as no row has a time. */
  first: number;
  last: number;
  count: number;
}

/** Observations being added up until they are taken. */
export class Sightings {
  /** Lines that state something, but not when. */
  timeless = 0;
  #rows = new Map<string, Seen>();
  /** Of the line being read: nothing of it counts before all of it made sense. */
  readonly #found: Seen[] = [];
  readonly #new: { key: string; seen: Seen }[] = [];

  get full(): boolean {
    return this.#rows.size >= MAX_ROWS;
  }

  /** Forgets what was found of a line that made no sense. */
  begin(): void {
    this.#found.length = 0;
    this.#new.length = 0;
  }

  /** True when a row that agrees was there before. */
  find(key: string): boolean {
    const seen = this.#rows.get(key);
    if (seen === undefined) return false;
    this.#found.push(seen);
    return true;
  }

  /** A row of which there was none before. */
  add(key: string, facts: Fact[]): void {
    const observations: Observation[] = [];
    for (const fact of facts) {
      // Each fact was made for this row, so it may become the observation. Members named here keep their order.
      const observation = Object.assign(fact, { firstseen: undefined, lastseen: undefined, count: 1 });
      for (const normal of normalise(observation)) observations.push(normal);
    }
    const seen = { observations, first: Number.POSITIVE_INFINITY, last: 0, count: 0 };
    this.#found.push(seen);
    this.#new.push({ key, seen });
  }

  /** Counts what was found of a line, seen at this time if there is one. True when it states anything. */
  commit(time: number | undefined): boolean {
    for (const { key, seen } of this.#new) this.#rows.set(key, seen);
    let used = false;
    for (const seen of this.#found) {
      seen.count++;
      if (time !== undefined) {
        if (time < seen.first) seen.first = time;
        if (time > seen.last) seen.last = time;
      }
      if (seen.observations.length > 0) used = true;
    }
    if (used && time === undefined) this.timeless++;
    return used;
  }

  /** Everything counted so far, in batches. */
  *take(): Generator<ScanEvent[]> {
    const rows = this.#rows;
    this.#rows = new Map();
    let events: ScanEvent[] = [];
    for (const { observations, first, last, count } of rows.values()) {
      for (const observation of observations) {
        if (first !== Number.POSITIVE_INFINITY) {
          observation.firstseen = first;
          observation.lastseen = last;
        }
        observation.count = count;
        events.push({ kind: "observation", observation });
      }
      if (events.length < BATCH) continue;
      yield events;
      events = [];
    }
    if (events.length > 0) yield events;
  }
}

/** What a list or text value is as written, for one column. */
type Given = string | readonly string[] | undefined;

function convert(type: Columns[string], given: Given, column: string): unknown {
  if (given === undefined) return undefined;
  if (typeof given !== "string") return type === "list" ? given : convert(type, given.join(","), column);
  switch (type) {
    case "address":
      return toAddress(given, column);
    case "port":
      return toPort(given, column);
    case "flag":
      return toFlag(given, column);
    case "list":
      return [given];
    case "text":
    case "binary":
      return given;
  }
}

/** A part, and where its columns are in a line; those that the log lacks are left out. */
interface TextPart {
  prefix: string;
  part: Part;
  wanted: { name: string; type: Columns[string]; at: number }[];
}

/** The rows below one header in text form. */
export class TextRows {
  readonly #header: Header;
  readonly #columns: number;
  /** Where the time is, -1 when the log has none. */
  readonly #time: number;
  readonly #parts: TextPart[];
  /** Columns that are not there and without which nothing can be told. */
  readonly missing: readonly string[];

  constructor(kind: LogKind, header: Header) {
    const fields = header.fields ?? [];
    this.#header = header;
    this.#columns = fields.length;
    const find = (name: string): number => {
      const at = fields.indexOf(name);
      return at >= 0 ? at : fields.indexOf(otherSpelling(name));
    };
    this.#time = find("ts");
    const needs = new Set(kind.parts.flatMap((part) => part.needs));
    this.missing = [...needs].filter((name) => find(name) < 0);
    this.#parts = kind.parts
      .filter(({ optional = [] }) => optional.every((name) => find(name) >= 0))
      .map((part) => {
        const wanted = Object.entries(part.columns)
          .map(([name, type]) => ({ name, type, at: find(name) }))
          .filter(({ at }) => at >= 0);
        // Below another header of the file, the same texts may stand in other columns or mean something else.
        const { unset, empty, setSeparator } = header;
        const prefix = JSON.stringify([
          kind.name,
          kind.parts.indexOf(part),
          unset,
          empty,
          setSeparator,
          ...wanted.map(({ name }) => name),
        ]);
        return { prefix, part, wanted };
      });
  }

  /** Takes one line over. True when it states anything. @throws BadValue */
  read(line: string, sightings: Sightings): boolean {
    const values = line.split(this.#header.separator);
    if (values.length !== this.#columns)
      throw new BadValue(`it has ${values.length} columns, not the ${this.#columns} of #fields`);
    const when = this.#time < 0 ? this.#header.unset : values[this.#time]!;
    const time = when === this.#header.unset ? undefined : toTime(when);
    sightings.begin();
    for (const { prefix, part, wanted } of this.#parts) {
      let key = prefix;
      for (const { at } of wanted) key += `\t${values[at]}`;
      if (sightings.find(key)) continue;
      const row: { [column: string]: unknown } = {};
      for (const { name, type, at } of wanted) row[name] = this.#value(type, values[at]!, name);
      sightings.add(key, part.read(row));
    }
    return sightings.commit(time);
  }

  #value(type: Columns[string], text: string, name: string): unknown {
    const { unset, empty, setSeparator } = this.#header;
    if (text === unset) return undefined;
    if (text === empty) return type === "list" ? [] : type === "text" || type === "binary" ? "" : undefined;
    if (type === "list") return text.split(setSeparator).map(unescapeText);
    return convert(type, type === "binary" ? unescapeAscii(text) : unescapeText(text), name);
  }
}

/** A value of JSON as a column has it. Objects are for other columns. */
function given(value: unknown): Given {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "boolean":
      return String(value);
    default:
      return Array.isArray(value)
        ? value.map((item) => (typeof item === "string" ? item : String(item)))
        : undefined;
  }
}

/** @throws BadValue */
function timeOf(member: unknown): number | undefined {
  if (member === undefined || member === null) return undefined;
  const when = given(member);
  if (typeof when !== "string") throw new BadValue("its ts is no time");
  return toTime(when);
}

interface JsonPart {
  prefix: string;
  part: Part;
  wanted: { name: string; other: string; type: Columns[string] }[];
}

/** The rows of one kind in JSON lines. */
export class JsonRows {
  readonly #parts: JsonPart[];

  constructor(kind: LogKind) {
    this.#parts = kind.parts.map((part, i) => ({
      prefix: `${kind.name}${i}`,
      part,
      wanted: Object.entries(part.columns).map(([name, type]) => ({
        name,
        other: otherSpelling(name),
        type,
      })),
    }));
  }

  /** Takes one object over. True when it states anything. @throws BadValue */
  read(members: { readonly [name: string]: unknown }, sightings: Sightings): boolean {
    const time = timeOf(members.ts ?? members._write_ts);
    sightings.begin();
    for (const { prefix, part, wanted } of this.#parts) {
      let key = prefix;
      const values = wanted.map(({ name, other }) => given(members[name] ?? members[other]));
      for (const value of values) key += keyOf(value);
      if (sightings.find(key)) continue;
      const row: { [column: string]: unknown } = {};
      for (const [i, { name, type }] of wanted.entries()) row[name] = convert(type, values[i], name);
      sightings.add(key, part.read(row));
    }
    return sightings.commit(time);
  }
}

/** A value in a key: with its length, so that none can pretend to be two. */
function keyOf(value: Given): string {
  if (value === undefined) return "\t";
  return typeof value === "string" ? `\t${value.length}:${value}` : JSON.stringify(value);
}
