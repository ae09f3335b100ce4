/**
 * IVRE's own exports to scan events: documents of its purposes `nmap`, `view` and `passive` (spec ivre §5, §6)
 * as JSON lines or in an array, and what `gadwall get` prints. A record that cannot be read costs itself only;
 * what was left out is told in a few warnings at the end.
 */
import type { ScanEvent } from "../model/scan.ts";
import { Records } from "./ivre-json-records.ts";
import { firstMembers, isJsonLines } from "./json-head.ts";
import { JsonObjects } from "./json-objects.ts";
import { DamagedInput, type ParseLimits } from "./limits.ts";
import { LineReader } from "./lines.ts";
import { headText } from "./text.ts";

/** Members of active documents that no other tool's JSON has beside `addr`. */
const ACTIVE: readonly string[] = ["schema_version", "ports", "state", "openports", "hostnames", "starttime"];

/** True when the beginning of a file is that of IVRE's JSON. */
export function sniffIvreJson(head: string): boolean {
  const members = firstMembers(head);
  if (members === null) return false;
  if (members.has("recontype")) return true;
  // The address may come after members that are longer than the beginning of the file.
  if (!members.has("addr")) return members.has("schema_version") || members.has("openports");
  return ACTIVE.some((name) => members.has(name));
}

/** Bytes that are looked at to tell lines from an array. */
const HEAD = 4096;

/** Parses one file. Never throws for what the file holds; errors of `chunks` other than DamagedInput are passed on. */
export async function* parseIvreJson(
  chunks: AsyncIterable<Uint8Array>,
  limits: ParseLimits,
): AsyncIterable<ScanEvent[]> {
  const records = new Records(limits);
  let cutter: Cutter | null = null;
  let head: Uint8Array = new Uint8Array(0);
  let damage: DamagedInput | null = null;
  try {
    for await (const chunk of chunks) {
      if (cutter !== null) cutter.write(chunk);
      else {
        head = Buffer.concat([head, chunk]);
        if (head.length < HEAD) continue;
        cutter = begin(head, records, limits);
      }
      if (records.stopped) break;
      yield records.take();
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    damage = error;
  }
  if (!records.stopped) (cutter ?? begin(head, records, limits)).end(damage);
  records.finish();
  yield records.take();
}

/** Cuts a file into records. */
interface Cutter {
  write(chunk: Uint8Array): void;
  /** The input is over; `damage` when it is so before its time. */
  end(damage: DamagedInput | null): void;
}

function begin(head: Uint8Array, records: Records, limits: ParseLimits): Cutter {
  const lines = isJsonLines(headText(head.subarray(0, HEAD)));
  const cutter = lines ? new Lines(records, limits) : new Objects(records, limits);
  cutter.write(head);
  return cutter;
}

const CUT_OFF = "the file ends inside a record; every one before is kept";
const NO_JSON = "it is no JSON";

function tooLong(limits: ParseLimits): string {
  return `it is longer than ${limits.maxHostSize} bytes; if it is right, raise --max-host-size`;
}

/** One record a line. */
class Lines implements Cutter {
  readonly #records: Records;
  readonly #limits: ParseLimits;
  readonly #reader: LineReader;
  #line = 1;
  #byte = 0;

  constructor(records: Records, limits: ParseLimits) {
    this.#records = records;
    this.#limits = limits;
    this.#reader = new LineReader(limits.maxHostSize);
  }

  write(chunk: Uint8Array): void {
    this.#byte += chunk.length;
    const block = this.#reader.write(chunk);
    if (block === null) return;
    this.#line = block.first;
    for (const line of block.lines) {
      if (this.#records.stopped) return;
      if (!this.#read(line)) this.#records.unreadable(NO_JSON, this.#line);
      this.#line++;
    }
  }

  end(damage: DamagedInput | null): void {
    const last = this.#reader.finish()?.lines ?? [];
    // A last line without its end may be half a record: of damaged input it always counts as one.
    const whole = damage === null ? last.every((line) => this.#read(line)) : true;
    this.#records.left.invalidBytes = this.#reader.invalidBytes;
    const message = damage?.message ?? (whole ? null : CUT_OFF);
    if (message !== null && !this.#records.stopped) this.#records.stop(message, this.#line, this.#byte);
  }

  /** False when it is no JSON. */
  #read(line: string | null): boolean {
    if (line === null) this.#records.unreadable(tooLong(this.#limits), this.#line);
    else if (line !== "" && line.trim() !== "") return this.#records.read(line, this.#line, this.#byte);
    return true;
  }
}

/** Records in an array, or spread over several lines. */
class Objects implements Cutter {
  readonly #records: Records;
  readonly #limits: ParseLimits;
  readonly #objects: JsonObjects;

  constructor(records: Records, limits: ParseLimits) {
    this.#records = records;
    this.#limits = limits;
    this.#objects = new JsonObjects(limits.maxHostSize);
  }

  write(chunk: Uint8Array): void {
    for (const { text, line, byte } of this.#objects.write(chunk)) {
      if (this.#records.stopped) return;
      if (text === null) this.#records.unreadable(tooLong(this.#limits), line);
      else if (!this.#records.read(text, line, byte)) this.#records.unreadable(NO_JSON, line);
    }
  }

  end(damage: DamagedInput | null): void {
    const { open, line, byte, invalidBytes, strayBytes } = this.#objects;
    if (strayBytes > 0) this.#records.unreadable(`${strayBytes} bytes between the records`, line);
    this.#records.left.invalidBytes = invalidBytes;
    if (damage !== null) this.#records.stop(damage.message, open?.line ?? line, open?.byte ?? byte);
    else if (open !== null) this.#records.stop(CUT_OFF, open.line, open.byte);
  }
}
