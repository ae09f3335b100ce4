/**
 * Zeek's logs (https://docs.zeek.org/en/master/log-formats.html) to observations: text with a header, or JSON
 * lines; one log or several one after the other, as `cat` and rotation leave them. A line that cannot be read is
 * counted and told, the others are not harmed.
 */
import type { ScanEvent } from "../model/scan.ts";
import { firstMembers } from "./json-head.ts";
import { DamagedInput, type ParseLimits } from "./limits.ts";
import { type LineBlock, LineReader } from "./lines.ts";
import { type Header, newHeader, readDirective, readMinimalHeader, sniffHeader } from "./zeek-header.ts";
import type { LogKind, SkippedKind } from "./zeek-kind.ts";
import { kindNamed, kindWith, unknownKind } from "./zeek-kinds.ts";
import { JsonRows, Sightings, TextRows } from "./zeek-rows.ts";
import { BadValue, excerpt } from "./zeek-values.ts";

/** True when the beginning of a file is that of a Zeek log in either form. */
export function sniffZeekLog(head: string): boolean {
  if (sniffHeader(head)) return true;
  const members = firstMembers(head);
  if (members === null || head.trimStart().startsWith("[")) return false;
  if (members.has("_path")) return true;
  const kind = kindWith(members, [...members]);
  // All logs have a time but the one that lists the scripts.
  return kind !== undefined && (members.has("ts") || kind.name === "loaded_scripts");
}

/** Parses one file. Never throws for what it holds; errors of `chunks` other than DamagedInput are passed on. */
export async function* parseZeekLog(
  chunks: AsyncIterable<Uint8Array>,
  limits: ParseLimits,
): AsyncIterable<ScanEvent[]> {
  const lines = new LineReader(limits.maxAttribute);
  const reader = new LogReader(limits.maxAttribute);
  let damage: DamagedInput | null = null;
  try {
    for await (const chunk of chunks) {
      reader.read(lines.write(chunk));
      if (reader.full) yield* reader.take();
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    damage = error;
  }
  const last = lines.finish();
  // What is cut off by damage is no line.
  if (damage === null) reader.read(last);
  yield* reader.take();
  yield reader.end(lines, damage, last);
}

/** Unreadable lines that are told one by one: the first for each reason. */
const MAX_TOLD = 3;

/** What was counted of one log. */
interface Tally {
  log: string;
  lines: number;
  used: number;
  unreadable: number;
  skip?: string;
}

/** Rows of one log: text or JSON, or nothing at all. */
type Rows = { tally: Tally; rows: TextRows | JsonRows | null };

/** Different sets of members that are remembered. */
const MAX_SHAPES = 10_000;

/** Members of nearly every log. */
const EVERYWHERE = /^(?:ts|uid|id[._](?:orig|resp)_[hp]|_.*)$/;

const NO_HEADER = { name: "unknown", marks: [], skip: "" };

class LogReader {
  #sightings = new Sightings();
  readonly #tallies = new Map<string, Tally>();
  readonly #maxLine: number;
  #header: Header = newHeader();
  /** What the rows below the current header are; null when the header is new. */
  #text: Rows | null = null;
  readonly #json = new Map<string, Rows>();
  /** JSON lines by `_path`, and without one by the names of their members. */
  readonly #paths = new Map<string, Rows>();
  readonly #shapes = new Map<string, Rows>();
  /** The log of the last lines without `_path`, and the members that were seen in it. */
  #jsonKind: LogKind | SkippedKind | undefined;
  readonly #jsonNames = new Set<string>();
  /** The log of the last line in JSON. */
  #jsonLast: Rows | null = null;
  #problems: { line: number; byte: number; reason: string }[] = [];
  /** The number of the last unreadable line. */
  #lastProblem = 0;

  constructor(maxLine: number) {
    this.#maxLine = maxLine;
  }

  get full(): boolean {
    return this.#sightings.full;
  }

  take(): Generator<ScanEvent[]> {
    return this.#sightings.take();
  }

  read(block: LineBlock | null): void {
    if (block === null) return;
    const { lines } = block;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (line === "" || line === "\r") continue;
      try {
        this.#line(line);
      } catch (error) {
        if (!(error instanceof BadValue)) throw error;
        this.#lastProblem = block.first + i;
        const told = this.#problems.some(({ reason }) => reason === error.message);
        if (!told && this.#problems.length < MAX_TOLD)
          this.#problems.push({ line: block.first + i, byte: block.byteOf(i), reason: error.message });
      }
    }
  }

  end(lines: LineReader, damage: DamagedInput | null, last: LineBlock | null): ScanEvent[] {
    const events: ScanEvent[] = [];
    const tallies = [...this.#tallies.values()];
    const sum = (key: "lines" | "unreadable"): number => tallies.reduce((all, tally) => all + tally[key], 0);
    const total = sum("lines");
    const unreadable = sum("unreadable");
    const [first, ...others] = this.#problems;
    const line = last === null ? 1 : last.first;
    if (first !== undefined) {
      const known = others.map((problem) => `; line ${problem.line}: ${problem.reason}`).join("");
      const told = `${first.reason}${known}${unreadable > this.#problems.length ? "; …" : ""}`;
      if (unreadable === total) {
        const which = total === 1 ? "its one line cannot" : `none of its ${total} lines can`;
        events.push({
          kind: "broken",
          message: `${which} be read: ${told}`,
          line: first.line,
          byte: first.byte,
        });
      } else {
        const message = `${unreadable} of ${total} lines cannot be read: line ${first.line}: ${told}`;
        events.push({ kind: "warning", message });
      }
    }
    if (lines.unterminated && this.#lastProblem === line)
      events.push({ kind: "warning", message: "the file ends in the middle of its last line", line });
    if (lines.invalidBytes > 0) {
      const message = `${lines.invalidBytes} bytes are not UTF-8: read as windows-1252`;
      events.push({ kind: "warning", message });
    }
    const { timeless } = this.#sightings;
    if (timeless > 0) {
      const message = `${timeless === 1 ? "1 line has" : `${timeless} lines have`} no time: kept without firstseen and lastseen`;
      events.push({ kind: "warning", message });
    }
    for (const tally of tallies) events.push({ kind: "log", ...tally });
    if (tallies.length === 0 && damage === null) {
      const log = excerpt(this.#header.path ?? NO_HEADER.name);
      events.push({
        kind: "log",
        log,
        lines: 0,
        used: 0,
        unreadable: 0,
        skip: "it holds nothing but comments",
      });
    }
    if (damage !== null) {
      const byte = last?.byteOf(0) ?? 0;
      const message = `${damage.message}; every line before is kept`;
      events.push({ kind: "broken", message, line, byte });
    }
    return events;
  }

  #line(whole: string | null): void {
    if (whole === null) {
      const tally = this.#current().tally;
      tally.lines++;
      tally.unreadable++;
      throw new BadValue(`it is longer than ${this.#maxLine} bytes; if it is right, raise --max-attribute`);
    }
    const line = whole.endsWith("\r") ? whole.slice(0, -1) : whole;
    const begin = line.charCodeAt(0);
    if (begin === 0x23) {
      const header = readDirective(this.#header, line);
      if (header !== this.#header) {
        this.#header = header;
        this.#text = null;
        // A log without rows is one, too.
        if (header.fields !== null) this.#current();
      }
      return;
    }
    if (begin === 0x7b) {
      this.#jsonLine(line);
      return;
    }
    if (this.#header.fields === null) {
      const minimal = readMinimalHeader(line);
      if (minimal !== null) {
        this.#header = minimal;
        this.#text = null;
        this.#current();
        return;
      }
    }
    const { tally, rows } = this.#current();
    tally.lines++;
    if (tally.skip !== undefined) return;
    try {
      if (rows === null) throw new BadValue(`"${excerpt(line)}" stands before any header`);
      if (rows instanceof JsonRows) throw new BadValue(`"${excerpt(line)}" is no JSON object`);
      if (line.includes("\0")) throw new BadValue("it holds NUL bytes");
      if (rows.read(line, this.#sightings)) tally.used++;
    } catch (error) {
      tally.unreadable++;
      throw error;
    }
  }

  /** The log of the current header; of the last JSON line when there is no header. */
  #current(): Rows {
    if (this.#text !== null) return this.#text;
    const { path, fields } = this.#header;
    if (fields === null) {
      return this.#jsonLast ?? this.#open(NO_HEADER, null);
    }
    const kind =
      (path === null ? undefined : kindNamed(path)) ??
      kindWith(new Set(fields), fields) ??
      unknownKind(path === null ? "unknown" : excerpt(path));
    const rows = "skip" in kind ? null : new TextRows(kind, this.#header);
    this.#text =
      rows === null || rows.missing.length === 0
        ? this.#open(kind, rows)
        : this.#open({ ...kind, skip: `it has no column ${rows.missing.join(", ")}` }, null);
    return this.#text;
  }

  #open(kind: LogKind | SkippedKind, rows: Rows["rows"]): Rows {
    // Of one log in a file, some headers may have all columns and others not.
    const skip = "skip" in kind ? kind.skip : "";
    const key = `${kind.name}\t${skip}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { log: kind.name, lines: 0, used: 0, unreadable: 0 };
      if (skip !== "") tally.skip = skip;
      this.#tallies.set(key, tally);
    }
    return { tally, rows };
  }

  #jsonLine(line: string): void {
    let members: { [name: string]: unknown } | null = null;
    try {
      members = JSON.parse(line);
    } catch {
      // Told below.
    }
    const log = members === null ? this.#current() : this.#jsonRows(members);
    if (members !== null) this.#jsonLast = log;
    const { tally, rows } = log;
    tally.lines++;
    if (tally.skip !== undefined) return;
    try {
      if (members === null) throw new BadValue("it is no JSON object");
      if (!(rows instanceof JsonRows)) throw new BadValue("it belongs to no log that is known");
      if (rows.read(members, this.#sightings)) tally.used++;
    } catch (error) {
      tally.unreadable++;
      throw error;
    }
  }

  #jsonRows(members: { readonly [name: string]: unknown }): Rows {
    const path = members._path;
    if (typeof path === "string") {
      let rows = this.#paths.get(path);
      if (rows === undefined) {
        rows = this.#jsonOf(
          kindNamed(path) ?? this.#kindOf(Object.keys(members)) ?? unknownKind(excerpt(path)),
        );
        if (this.#paths.size < MAX_SHAPES) this.#paths.set(path, rows);
      }
      return rows;
    }
    const names = Object.keys(members);
    const shape = names.join("\t");
    const known = this.#shapes.get(shape);
    if (known !== undefined) return known;
    const rows = this.#jsonOf(this.#kindOf(names) ?? NO_HEADER);
    if (this.#shapes.size < MAX_SHAPES) this.#shapes.set(shape, rows);
    return rows;
  }

  /**
   * The kind of an object by its members. Unset ones are left out, so an object may lack what tells its log: it
   * is of the same log as those before when most of its members were seen in them, or nothing tells another log.
   */
  #kindOf(names: readonly string[]): LogKind | SkippedKind | undefined {
    const own = new Set(names);
    const found = kindWith(own, names);
    const special = names.filter((name) => !EVERYWHERE.test(name));
    const seen = special.filter((name) => this.#jsonNames.has(name)).length;
    const current = this.#jsonKind;
    const same =
      current !== undefined && (found === undefined || found === current || seen * 3 > special.length * 2);
    if (!same) {
      this.#jsonKind = found;
      this.#jsonNames.clear();
      this.#shapes.clear();
    }
    if (this.#jsonNames.size < MAX_SHAPES) for (const name of special) this.#jsonNames.add(name);
    return this.#jsonKind;
  }

  #jsonOf(kind: LogKind | SkippedKind): Rows {
    let rows = this.#json.get(kind.name);
    if (rows === undefined) {
      rows = this.#open(kind, "skip" in kind ? null : new JsonRows(kind));
      this.#json.set(kind.name, rows);
    }
    return rows;
  }
}
