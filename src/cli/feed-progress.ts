import type { FeedFileResult, FeedImportSummary, FeedReporter } from "../feeds/results.ts";
import { skippedReasons } from "../feeds/skipped.ts";
import { amount } from "../model/amount.ts";
import { clean } from "../model/text.ts";
import { oneLine } from "./cell.ts";
import type { ProgressOptions } from "./import-progress.ts";
import { fit } from "./table.ts";
import { styled } from "./terminal.ts";

/** Milliseconds between two states of the progress line. */
const REFRESH = 100;
/** Back to the first column, and the line emptied. */
const ERASE = "\r\u001b[K";

/**
 * Tells on standard error how an import of feeds goes. On a terminal one line that changes, and lines for what is
 * worth one; elsewhere a line a file; when quiet only what failed, and not even that where JSON tells it.
 * @param options.every a line a file on a terminal as well.
 */
export function feedReporter(
  options: ProgressOptions & { every?: boolean },
): Required<FeedReporter> & { end(summary: FeedImportSummary): void } {
  const { look, quiet, json, write, now, every = false } = options;
  const tty = look.width !== null;
  let shownAt = Number.NEGATIVE_INFINITY;
  let [done, total] = [0, 0];
  let shown = false;
  const erase = (): void => {
    if (shown) write(ERASE);
    shown = false;
  };
  const place = (number: number): string => (total > 1 ? `[${number}/${total}] ` : "");
  const show = (text: string): void => {
    if (quiet || look.width === null) return;
    write(`${ERASE}${fit(text, look.width - 1)}`);
    shown = true;
  };
  return {
    fileStarted(path, index, count) {
      total = count;
      if (now() - shownAt < REFRESH) return;
      shownAt = now();
      show(`${place(index + 1)}${oneLine(path)}`);
    },
    fileDone(result) {
      done++;
      if (quiet && (json || result.status !== "failed")) return;
      // Hundreds of lists that went well are no news at a terminal.
      if (tty && !quiet && !every && !isNews(result) && total > 1) return;
      erase();
      const status = statusOf(result);
      const told = [status === "failed" ? styled(status, "red", look) : status, ...remarks(result)];
      write(`${place(done)}${oneLine(result.feed ?? result.path)}: ${told.join(", ")}\n`);
      // What failed for what it holds says all of it in its message.
      if (result.status === "failed") return;
      for (const reason of skippedReasons(result.skipped, result.examples)) write(`    ${oneLine(reason)}\n`);
    },
    phase(name) {
      show(`${name} …`);
    },
    end(summary) {
      if (quiet) return;
      erase();
      write(`${summaryLine(summary)}\n`);
    },
  };
}

function isNews(result: FeedFileResult): boolean {
  return (
    result.status === "failed" ||
    result.status === "history" ||
    result.status === "older" ||
    result.mismatch !== null ||
    Object.keys(result.skipped).length > 0
  );
}

function statusOf(result: FeedFileResult): string {
  switch (result.status) {
    case "imported":
    case "history":
      return result.added === null ? sizeOf(result) : `${sizeOf(result)}, ${changeOf(result)}`;
    case "current":
      return "already current";
    case "older":
      return "not taken";
    case "facts":
      return "facts";
    default:
      return result.status;
  }
}

/** What came and left of each family that the list holds or held. */
function changeOf({ ips4, ranges6, added, removed, added6, removed6 }: FeedFileResult): string {
  const parts = [];
  const is6 = ranges6 > 0 || (added6 ?? 0) + (removed6 ?? 0) > 0;
  if (!is6 || ips4 > 0 || (added ?? 0) + (removed ?? 0) > 0)
    parts.push(`${amount(added ?? 0, "address", "addresses")} new, ${removed ?? 0} gone`);
  if (is6) parts.push(`${amount(added6 ?? 0, "IPv6 range")} new, ${removed6 ?? 0} gone`);
  return parts.join(", ");
}

function sizeOf({ entries, ips4, ranges6 }: FeedFileResult): string {
  const parts = [];
  if (ips4 > 0 || ranges6 === 0)
    parts.push(`${amount(ips4, "address", "addresses")} in ${amount(entries - ranges6, "range")}`);
  if (ranges6 > 0) parts.push(amount(ranges6, "IPv6 range"));
  return parts.join(" and ");
}

function remarks({ status, mismatch, skipped, message }: FeedFileResult): string[] {
  const left = Object.values(skipped).reduce((all, count) => all + count, 0);
  const told = [
    mismatch,
    left === 0 || status === "failed" ? null : `${amount(left, "line")} left out`,
    message === null ? null : clean(message),
  ];
  return told.filter((part) => part !== null);
}

function summaryLine({ files, imported, passedOver, elapsed_ms }: FeedImportSummary): string {
  const count = (status: FeedFileResult["status"]): number =>
    files.filter((file) => file.status === status).length;
  if (files.length === 0)
    return passedOver === 0
      ? "nothing to do"
      : `no list was found; of a folder, only files called .ipset and .netset are taken, and what is published about them (${amount(passedOver, "other file")} passed over)`;
  const parts = [`${amount(imported, "list")} imported`];
  if (count("current") > 0) parts.push(`${count("current")} already current`);
  if (count("history") > 0) parts.push(`${amount(count("history"), "older list")} kept as history`);
  if (count("older") > 0) parts.push(`${count("older")} older and not taken`);
  if (count("facts") > 0) parts.push(`${amount(count("facts"), "file")} with facts`);
  if (count("failed") > 0) parts.push(`${count("failed")} failed`);
  if (passedOver > 0) parts.push(`${amount(passedOver, "other file")} passed over`);
  return `${parts.join(", ")}; ${(elapsed_ms / 1000).toFixed(1)} s`;
}
