/** What an import says of itself: per file, in all, and while it goes on. */
import { amount } from "../model/amount.ts";
import type { Json } from "../model/json.ts";
import type { ScanEvent } from "../model/scan.ts";

export interface FileResult {
  path: string;
  format: string | null;
  sha256: string | null;
  status: "imported" | "partial" | "skipped" | "failed";
  /** Hosts that were found up. */
  hosts: number;
  /** Passive observations. */
  observations: number;
  message: string | null;
}

export interface ImportSummary {
  files: FileResult[];
  hosts: number;
  observations: number;
  elapsed_ms: number;
}

/** Told how it goes; every member is optional. */
export interface ImportReporter {
  fileStarted?(path: string, index: number, count: number, bytes: number | null): void;
  progress?(path: string, bytesRead: number, bytesTotal: number | null, hosts: number): void;
  fileDone?(result: FileResult): void;
  phase?(name: string): void;
  /** With `test`: each record; reading waits until it is done with. */
  record?(json: Json): void | Promise<void>;
}

/** Warnings of a file that are told in full. */
const TOLD = 3;

/** Collects what the events of one file say beside its records. */
export class Outcome {
  hosts = 0;
  down = 0;
  observations = 0;
  #runs = 0;
  #broken: string | null = null;
  readonly #logs: string[] = [];
  readonly #warnings: string[] = [];
  #warningCount = 0;
  readonly #notes: string[] = [];

  /** Something that the importer itself has to say of the file; null is nothing. */
  note(text: string | null): void {
    if (text !== null) this.#notes.push(text);
  }

  take(event: ScanEvent): void {
    switch (event.kind) {
      case "host":
        this.hosts++;
        break;
      case "down":
        this.down++;
        break;
      case "run":
        this.#runs++;
        break;
      case "broken":
        this.#broken ??= `${event.message} (line ${event.line}, byte ${event.byte})`;
        break;
      case "log": {
        const what = event.skip === undefined ? `${event.used} with observations` : `skipped, ${event.skip}`;
        this.#logs.push(`${event.log}: ${event.lines} ${event.lines === 1 ? "line" : "lines"}, ${what}`);
        break;
      }
      case "warning":
        this.#warningCount++;
        if (this.#warnings.length < TOLD) {
          this.#warnings.push(
            event.line === undefined ? event.message : `${event.message} (line ${event.line})`,
          );
        }
        break;
    }
  }

  get status(): "imported" | "partial" | "failed" {
    if (this.#broken === null) return "imported";
    // Nothing of a file that breaks before its first run or record could be understood.
    return this.#runs === 0 && this.hosts === 0 && this.observations === 0 ? "failed" : "partial";
  }

  get message(): string | null {
    const more = this.#warningCount - this.#warnings.length;
    const parts = [...(this.#broken === null ? [] : [this.#broken]), ...this.#logs, ...this.#warnings];
    if (more > 0) parts.push(`and ${amount(more, "more warning")}`);
    parts.push(...this.#notes);
    return parts.length === 0 ? null : parts.join("; ");
  }
}
