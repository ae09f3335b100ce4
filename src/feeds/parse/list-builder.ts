/** Collects what the lines of one list say. */
import { amount } from "../../model/amount.ts";
import { UserError } from "../../model/errors.ts";
import { cap, clean } from "../../model/text.ts";
import type { Ranges4, Ranges6 } from "../ranges.ts";
import { AddressLine, type SkipReason } from "./address-line.ts";
import type { FeedHeader } from "./header.ts";
import type { FeedLimits } from "./limits.ts";

/** A line that gave no range. */
export interface SkippedLine {
  /** From 1; for JSON and RSS, which have values and no lines, the number of the value. */
  line: number;
  reason: SkipReason;
  /** Cleaned and shortened; "" for a line that was too long to be held. */
  text: string;
}

/** A list as it was published. */
export interface ListFile {
  /** Null when the file begins with no header of FireHOL's. */
  header: FeedHeader | null;
  /** In the order of the file; not merged. */
  v4: Ranges4;
  v6: Ranges6;
  /** Lines of any kind. */
  lines: number;
  comments: number;
  blanks: number;
  /** Lines that hold one address or network (not `a-b`): the "subnets" of a .netset. */
  cidrs: number;
  /** How many lines gave no range, by reason. */
  skipped: Map<SkipReason, number>;
  /** The first lines skipped for each reason, in their order. */
  examples: SkippedLine[];
}

/** Lines that are shown for each reason, and characters of each. */
export const EXAMPLES_PER_REASON = 3;
export const EXAMPLE_LENGTH = 80;

/** Characters of a text that are looked at: the rest of a longer one says nothing more. */
const TEXT_SIZE = 1024;

const encoder = new TextEncoder();

export class ListBuilder {
  /** The number of lines so far; who reads them counts. */
  lines = 0;
  header: FeedHeader | null = null;
  #comments = 0;
  #blanks = 0;
  #cidrs = 0;
  #count4 = 0;
  #lo4 = new Uint32Array(1024);
  #hi4 = new Uint32Array(1024);
  readonly #lo6: bigint[] = [];
  readonly #hi6: bigint[] = [];
  readonly #skipped = new Map<SkipReason, number>();
  readonly #examples: SkippedLine[] = [];
  readonly #parsed = new AddressLine();
  readonly #scratch = new Uint8Array(TEXT_SIZE * 3);
  readonly #path: string;
  readonly #limits: FeedLimits;

  /** @param path for messages. */
  constructor(path: string, limits: FeedLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** The line bytes[start, end). @throws UserError when there are too many. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const kind = this.#parsed.read(bytes, start, end);
    if (kind === "v4") {
      const count = this.#count4++;
      if (count === this.#lo4.length) this.#grow();
      this.#lo4[count] = this.#parsed.lo;
      this.#hi4[count] = this.#parsed.hi;
      if (!this.#parsed.isRange) this.#cidrs++;
    } else if (kind === "v6") {
      if (this.#lo6.length === this.#limits.maxRanges6) this.#tooMany("IPv6 range", this.#limits.maxRanges6);
      this.#lo6.push(this.#parsed.lo6);
      this.#hi6.push(this.#parsed.hi6);
      if (!this.#parsed.isRange) this.#cidrs++;
    } else if (kind === "comment") this.#comments++;
    else if (kind === "blank") this.#blanks++;
    else this.skip(kind, bytes.subarray(start, end));
  }

  /** A line or value that is text already. */
  addText(text: string): void {
    const { written } = encoder.encodeInto(text.slice(0, TEXT_SIZE), this.#scratch);
    this.add(this.#scratch, 0, written);
  }

  /** Counts a line or value that is text already and gives no range. */
  skipText(reason: SkipReason, text: string): void {
    const { written } = encoder.encodeInto(text.slice(0, TEXT_SIZE), this.#scratch);
    this.skip(reason, this.#scratch.subarray(0, written));
  }

  /** Counts a line that gives no range. */
  skip(reason: SkipReason, bytes: Uint8Array | null): void {
    const count = (this.#skipped.get(reason) ?? 0) + 1;
    this.#skipped.set(reason, count);
    if (count > EXAMPLES_PER_REASON) return;
    const text = bytes === null ? "" : decodeText(bytes.subarray(0, EXAMPLE_LENGTH * 4));
    const shown = cap(clean(text).replaceAll(/\s+/g, " ").trim(), EXAMPLE_LENGTH);
    this.#examples.push({ line: this.lines, reason, text: shown });
  }

  /** Counts a line. @throws UserError when there are too many. */
  begin(): void {
    if (++this.lines > this.#limits.maxLines) this.#tooMany("line", this.#limits.maxLines);
  }

  build(): ListFile {
    return {
      header: this.header,
      v4: { lo: this.#lo4.slice(0, this.#count4), hi: this.#hi4.slice(0, this.#count4) },
      v6: { lo: this.#lo6, hi: this.#hi6 },
      lines: this.lines,
      comments: this.#comments,
      blanks: this.#blanks,
      cidrs: this.#cidrs,
      skipped: this.#skipped,
      examples: this.#examples,
    };
  }

  #grow(): void {
    const [lo, hi] = [this.#lo4, this.#hi4];
    this.#lo4 = new Uint32Array(lo.length * 2);
    this.#hi4 = new Uint32Array(lo.length * 2);
    this.#lo4.set(lo);
    this.#hi4.set(hi);
  }

  #tooMany(what: string, limit: number): never {
    throw new UserError(
      `${this.#path}: more than ${amount(limit, what)}, which is more than a list may have; split it into several lists.`,
    );
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const latin = new TextDecoder("windows-1252");

/** UTF-8, or what was written before there was UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return latin.decode(bytes);
  }
}
