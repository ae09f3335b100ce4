/** `{feed}_history.csv` and `{feed}_changesets.csv`: a time in seconds and two numbers a line (spec feeds §5.4). */
import { countOf, textOf, timeOf } from "./artifact-values.ts";
import { EXAMPLE_LENGTH, EXAMPLES_PER_REASON, type SkippedLine } from "./list-builder.ts";

/** Of a list at a time (seconds since 1970). */
export interface HistoryRow {
  at: number;
  entries: number;
  ips: number;
}

/** What a change at a time added and removed. */
export interface ChangeRow {
  at: number;
  added: number;
  removed: number;
}

/** Rows in the order of time; of several of the same time the last one counts. */
export interface ArtifactRows<T> {
  rows: T[];
  /** Lines that are none. */
  skipped: number;
  /** The first of them. */
  examples: SkippedLine[];
}

/** Null when the file has another heading. */
export function parseHistory(text: string): ArtifactRows<HistoryRow> | null {
  return parseRows(text, "DateTime,Entries,UniqueIPs", (at, entries, ips) => ({ at, entries, ips }));
}

/** Null when the file has another heading. */
export function parseChangesets(text: string): ArtifactRows<ChangeRow> | null {
  return parseRows(text, "DateTime,AddedIPs,RemovedIPs", (at, added, removed) => ({ at, added, removed }));
}

function parseRows<T extends { at: number }>(
  text: string,
  heading: string,
  make: (at: number, first: number, second: number) => T,
): ArtifactRows<T> | null {
  const lines = text.replace(/^\ufeff/, "").split("\n");
  if (lines[0]?.trim() !== heading) return null;
  const rows = new Map<number, T>();
  let skipped = 0;
  const examples: SkippedLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === "") continue;
    const fields = line.split(",", 4).map((field) => field.trim());
    const at = timeOf(fields[0]);
    const [first, second] = [countOf(fields[1]), countOf(fields[2])];
    if (fields.length !== 3 || at === null || first === null || second === null) {
      if (++skipped <= EXAMPLES_PER_REASON)
        examples.push({ line: index + 1, reason: "row", text: textOf(line, EXAMPLE_LENGTH) ?? "" });
    } else rows.set(at, make(at, first, second));
  }
  return { rows: [...rows.values()].sort((a, b) => a.at - b.at), skipped, examples };
}
