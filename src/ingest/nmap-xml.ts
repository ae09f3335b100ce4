/**
 * Nmap XML (`-oX`) to scan events: strict and streaming. No DTD is read and no entity expanded. Several
 * documents in one file are read one after the other; a document that breaks off gives every host that was
 * complete, and reading goes on with the next document when there is one (`--append-output` of a killed scan).
 */
import { SaxesParser } from "saxes";
import { amount } from "../model/amount.ts";
import type { ScanEvent } from "../model/scan.ts";
import { DamagedInput, type ParseLimits } from "./limits.ts";
import { NmapDocument, Refusal } from "./nmap-document.ts";
import { XmlText } from "./text.ts";
import { xmlRoot } from "./xml-root.ts";

/** True when the beginning of a file is that of an XML document whose root is, or may still become, nmaprun. */
export function sniffNmapXml(head: string): boolean {
  const root = xmlRoot(head);
  return root === "nmaprun" || root === "";
}

/**
 * Parses one file. Never throws for what the file holds: damage comes as a `broken` event. Errors of `chunks`
 * other than DamagedInput (reading failed) are passed on.
 */
export async function* parseNmapXml(
  chunks: AsyncIterable<Uint8Array>,
  limits: ParseLimits,
): AsyncIterable<ScanEvent[]> {
  const text = new XmlText();
  const reader = new NmapReader(text, limits);
  let damage: DamagedInput | null = null;
  try {
    for await (const chunk of chunks) {
      reader.write(text.decode(chunk));
      if (reader.events.length > 0) yield reader.take();
      if (reader.stopped) break;
    }
  } catch (error) {
    if (!(error instanceof DamagedInput)) throw error;
    damage = error;
  }
  if (!reader.stopped) {
    reader.write(text.finish());
    reader.end(damage);
  }
  if (reader.events.length > 0) yield reader.take();
}

/** Warnings told of one file; more are counted. */
const MAX_WARNINGS = 50;

/** Damaged documents told of one file: after that it is not worth looking for a next one. */
const MAX_BROKEN = 20;

/** Thrown out of the parser when the root element closes: what follows is another document. */
const DOCUMENT_CLOSED = Symbol("document closed");

/** How far before a failure the next document may begin: `<?xml ` and the character that failed. */
const LOOK_BACK = 8;

class NmapReader {
  events: ScanEvent[] = [];
  /** The rest of the file is not to be read. */
  stopped = false;

  readonly #text: XmlText;
  readonly #limits: ParseLimits;
  readonly #hosts = { count: 0 };
  #warnings = 0;
  #badReferences = 0;
  #broken = 0;
  #documents = 0;

  #parser: SaxesParser | null = null;
  #document: NmapDocument | null = null;
  /** After damage: looking for the next `<?xml`, and the end of the last chunk in case it is cut there. */
  #seeking: string | null = null;
  /** Position in the whole text, in UTF-16 units, of the current chunk and of the current document. */
  #chunkStart = 0;
  #documentStart = 0;
  /** Line, from 1, on which the current document starts, or up to which was read when there is none. */
  #line = 1;
  /** Position in the document of the last event, and of the start of the host being read. */
  #mark = 0;
  #hostMark = 0;
  /** A host that has just closed: told once its closing tag is known to be the right one. */
  #pending: ScanEvent | null = null;

  constructor(text: XmlText, limits: ParseLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  take(): ScanEvent[] {
    const events = this.events;
    this.events = [];
    return events;
  }

  write(next: string): void {
    const chunk = this.#seeking === null ? next : this.#seeking + next;
    this.#chunkStart -= chunk.length - next.length;
    let at = 0;
    while (at < chunk.length && !this.stopped) {
      if (this.#seeking !== null) {
        const found = chunk.slice(at).search(/<\?xml\s/);
        if (found < 0) {
          const tail = Math.max(at, chunk.length - 5);
          this.#line += countLines(chunk, at, tail);
          this.#seeking = chunk.slice(tail);
          break;
        }
        this.#seeking = null;
        this.#line += countLines(chunk, at, at + found);
        at += found;
      }
      if (this.#parser === null) {
        const start = skipSpace(chunk, at);
        this.#line += countLines(chunk, at, start);
        at = start;
        if (at >= chunk.length) break;
        if (chunk[at] !== "<") {
          this.#tellBroken(this.#strayText(), this.#chunkStart + at, this.#line);
          this.#seeking = "";
          continue;
        }
        this.#begin(this.#chunkStart + at);
      }
      at = this.#parse(chunk, at);
    }
    this.#chunkStart += chunk.length;
  }

  /** The input is over; `damage` when it is so before its time. */
  end(damage: DamagedInput | null): void {
    const parser = this.#parser;
    const document = this.#document;
    if (parser === null || document === null) {
      if (damage !== null) this.#tellBroken(damage.message, this.#chunkStart, this.#line);
      else if (this.#documents === 0 && this.#broken === 0) this.#tellBroken("the file is empty", 0, 1);
    } else if (document.running || damage !== null || this.#documents === 0) {
      const place = document.inHost
        ? "inside a host"
        : document.running
          ? "before the end of the run (there is no </nmaprun>)"
          : "before an nmaprun element begins";
      const kept = document.running ? "; every host before is kept" : "";
      this.#fail(
        `${damage?.message ?? `the file ends ${place}`}${kept}`,
        this.#chunkStart - this.#documentStart,
      );
    }
    this.#tellWarnings();
  }

  #begin(start: number): void {
    this.#documentStart = start;
    this.#mark = 0;
    const parser = new SaxesParser({ xmlns: false, position: false });
    const document = new NmapDocument(
      this.#limits,
      this.#hosts,
      (event) => {
        if (event.kind === "host" || event.kind === "down") this.#pending = event;
        else this.events.push(event);
      },
      (message) => this.#warn(message),
    );
    const keepText = (text: string): void => {
      document.text += text;
    };
    let readsText = false;
    let depth = 0;
    const followText = (): void => {
      if (document.wantsText === readsText) return;
      readsText = document.wantsText;
      if (readsText) parser.on("text", keepText);
      else parser.off("text");
    };
    parser.on("error", (error) => {
      // A reference such as &#x1b; that XML 1.0 forbids: saxes leaves it as it stands and goes on.
      if (error.message !== "malformed character entity.") throw error;
      this.#badReferences++;
    });
    parser.on("opentag", (tag) => {
      this.#commit();
      this.#checkSize(parser.position);
      this.#mark = parser.position;
      depth++;
      if (tag.name === "host") this.#hostMark = parser.position;
      document.open(tag.name, tag.attributes as Record<string, string>);
      followText();
    });
    parser.on("closetag", (tag) => {
      this.#commit();
      this.#checkSize(parser.position);
      this.#mark = parser.position;
      document.close(tag.name);
      followText();
      if (--depth === 0) throw DOCUMENT_CLOSED;
    });
    parser.on("cdata", (text) => {
      if (document.wantsText) document.text += text;
    });
    parser.on("doctype", (text) => {
      if (!text.includes("[")) return;
      throw new Refusal(
        "the document type declares entities of its own, which nmap never does and gadwall never expands",
      );
    });
    this.#parser = parser;
    this.#document = document;
  }

  /** Feeds the parser; gives the index in `chunk` from which to go on. */
  #parse(chunk: string, at: number): number {
    const parser = this.#parser!;
    try {
      parser.write(at === 0 ? chunk : chunk.slice(at));
      this.#commit();
      this.#checkSize(this.#chunkStart + chunk.length - this.#documentStart);
      return chunk.length;
    } catch (error) {
      if (error === DOCUMENT_CLOSED) {
        this.#documents++;
        this.#line += parser.line - 1;
        this.#parser = null;
        this.#document = null;
        return this.#documentStart + parser.position - this.#chunkStart;
      }
      if (error instanceof Refusal) {
        this.#fail(error.message, this.#mark);
        this.#tellWarnings();
        this.stopped = true;
        return chunk.length;
      }
      const reason = error instanceof Error ? error.message : String(error);
      // saxes tells of the element as closed before it complains about the name of the closing tag.
      if (reason === "unexpected close tag.") this.#pending = null;
      this.#commit();
      const position = parser.position;
      this.#fail(
        `the file is damaged here (${reason.replace(/\.$/, "")}); every host before is kept`,
        position,
      );
      this.#seeking = "";
      const from = this.#documentStart + Math.max(position - LOOK_BACK, 1) - this.#chunkStart;
      const start = Math.max(from, 0);
      this.#line -= countLines(chunk, start, this.#documentStart + position - this.#chunkStart);
      return start;
    }
  }

  #commit(): void {
    if (this.#pending === null) return;
    this.events.push(this.#pending);
    this.#pending = null;
  }

  /** Throws Refusal when one tag, text or host grows beyond the limits. */
  #checkSize(position: number): void {
    if (position - this.#mark > this.#limits.maxAttribute) {
      throw new Refusal(
        `one value is longer than ${this.#limits.maxAttribute} characters; if the file is right, raise --max-attribute`,
      );
    }
    if (this.#document!.inHost && position - this.#hostMark > this.#limits.maxHostSize) {
      throw new Refusal(
        `one host is longer than ${this.#limits.maxHostSize} characters; if the file is right, raise --max-host-size`,
      );
    }
  }

  /** The current document breaks off at a position in it: its run ends, and why is told. */
  #fail(message: string, position: number): void {
    this.#document!.abort();
    this.#line += this.#parser!.line - 1;
    this.#parser = null;
    this.#document = null;
    this.#tellBroken(message, this.#documentStart + position, this.#line);
  }

  #strayText(): string {
    return this.#documents > 0
      ? "something other than XML follows the end of the run; everything before is kept"
      : "something other than XML comes before the nmaprun element";
  }

  #tellBroken(message: string, position: number, line: number): void {
    this.events.push({ kind: "broken", message, line, byte: this.#text.byteAt(position) });
    if (++this.#broken >= MAX_BROKEN) this.stopped = true;
  }

  #warn(message: string): void {
    if (++this.#warnings > MAX_WARNINGS) return;
    const parser = this.#parser!;
    this.events.push({
      kind: "warning",
      message,
      line: this.#line + parser.line - 1,
      byte: this.#text.byteAt(this.#documentStart + parser.position),
    });
  }

  #tellWarnings(): void {
    const say = (message: string): void => {
      this.events.push({ kind: "warning", message });
    };
    if (this.#warnings > MAX_WARNINGS)
      say(`and ${amount(this.#warnings - MAX_WARNINGS, "more value")} left out`);
    const { invalidBytes, forbidden } = this.#text;
    if (invalidBytes > 0)
      say(
        `${invalidBytes === 1 ? "1 byte is" : `${invalidBytes} bytes are`} not UTF-8 although the file says so: read as windows-1252`,
      );
    if (this.#badReferences > 0)
      say(`left as written: ${amount(this.#badReferences, "character reference")} that XML forbids`);
    if (forbidden > 0) say(`replaced: ${amount(forbidden, "character")} that XML forbids (such as NUL)`);
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && code !== 0xfeff) break;
    at++;
  }
  return at;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}
