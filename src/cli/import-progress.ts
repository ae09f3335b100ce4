import type { FileResult, ImportReporter, ImportSummary } from "../load/results.ts";
import { amount } from "../model/amount.ts";
import { clean } from "../model/text.ts";
import { oneLine } from "./cell.ts";
import { toJson } from "./json.ts";
import { bar, fit } from "./table.ts";
import { type Look, stdout, styled } from "./terminal.ts";

/** Milliseconds between two states of the progress bar. */
const REFRESH = 100;
/** Milliseconds between two progress lines where there is no terminal. */
const LINE_EVERY = 10_000;
const BAR_WIDTH = 20;
/** Back to the first column, and the line emptied. */
const ERASE = "\r\u001b[K";

export interface ProgressOptions {
  /** Of standard error. */
  look: Look;
  quiet: boolean;
  /** The result is printed as JSON: what went wrong is told there. */
  json: boolean;
  write(text: string): void;
  /** Milliseconds; for tests. */
  now(): number;
}

/**
 * Tells on standard error how an import goes: a bar on a terminal, a line a file elsewhere, when quiet only
 * what went wrong, and not even that where the result is printed as JSON.
 */
export function importReporter(
  options: ProgressOptions,
): Required<ImportReporter> & { end(summary: ImportSummary): void } {
  const { look, quiet, json, write, now } = options;
  const tty = look.width !== null;
  let shownAt = Number.NEGATIVE_INFINITY;
  let place = "";
  let bars = false;
  const erase = (): void => {
    if (bars) write(ERASE);
    bars = false;
  };
  const show = (text: string): void => {
    if (look.width === null) return;
    write(`${ERASE}${fit(text, look.width - 1)}`);
    bars = true;
  };
  return {
    fileStarted(_path, index, count) {
      place = count > 1 ? `[${index + 1}/${count}] ` : "";
      shownAt = tty ? Number.NEGATIVE_INFINITY : now();
    },
    progress(path, bytesRead, bytesTotal, hosts) {
      if (quiet || now() - shownAt < (tty ? REFRESH : LINE_EVERY)) return;
      shownAt = now();
      const share = bytesTotal === null || bytesTotal === 0 ? null : Math.min(1, bytesRead / bytesTotal);
      const state = `${amount(hosts, "host")}, ${megabytes(bytesRead)}${share === null ? "" : `, ${Math.floor(share * 100)} %`}`;
      if (!tty) write(`${place}${oneLine(path)}: ${state}\n`);
      else {
        const drawn = share === null ? "" : `${bar(share, 1, BAR_WIDTH).padEnd(BAR_WIDTH)} `;
        show(`${place}${drawn}${state}  ${oneLine(path)}`);
      }
    },
    fileDone(result) {
      const wrong = result.status === "failed" || result.status === "partial";
      if (quiet && (json || !wrong)) return;
      erase();
      write(`${place}${resultLine(result, look)}\n`);
    },
    phase(name) {
      if (quiet) return;
      if (tty) show(`${name} …`);
    },
    record: (json) => stdout.line(toJson(json as object)),
    end(summary) {
      if (quiet) return;
      erase();
      const files = summary.files.filter(
        ({ status }) => status === "imported" || status === "partial",
      ).length;
      const seconds = (summary.elapsed_ms / 1000).toFixed(1);
      write(`${amounts(summary)} from ${files} of ${amount(summary.files.length, "file")} in ${seconds} s\n`);
    },
  };
}

function resultLine(result: FileResult, look: Look): string {
  const status =
    result.status === "imported"
      ? ""
      : styled(result.status, result.status === "failed" ? "red" : "bold", look);
  const found = result.status === "failed" || result.status === "skipped" ? "" : amounts(result);
  const told = [status, found, result.message === null ? "" : clean(result.message)].filter(
    (part) => part !== "",
  );
  return `${oneLine(result.path)}: ${told.join(", ")}`;
}

/** Hosts of scans, observations of sensors; hosts when there is neither. */
function amounts({ hosts, observations }: { hosts: number; observations: number }): string {
  const parts = [];
  if (hosts > 0 || observations === 0) parts.push(amount(hosts, "host"));
  if (observations > 0) parts.push(amount(observations, "observation"));
  return parts.join(" and ");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
