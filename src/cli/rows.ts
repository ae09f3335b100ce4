import type { Json } from "../model/json.ts";
import { cellText, csvValue } from "./cell.ts";
import { csvLine } from "./csv.ts";
import type { OutputArgs } from "./feed-options.ts";
import { toJson } from "./json.ts";
import { formatOf } from "./question.ts";
import { type Column, table } from "./table.ts";
import { lookOf, note, stdout } from "./terminal.ts";

/** A column of a list: where its value is, and what the table says instead. */
export interface RowColumn<T> {
  key: keyof T & string;
  title?: string;
  align?: Column["align"];
  /** Left out on a terminal, which has room for what one looks for first. */
  wide?: true;
  text?(row: T): string;
}

/**
 * Writes a list in the format asked for.
 * @param empty what is said beside an empty table.
 */
export async function writeRows<T extends { [K in keyof T]: Json }>(
  args: OutputArgs,
  columns: readonly RowColumn<T>[],
  rows: readonly T[],
  empty: string,
): Promise<void> {
  const keys = columns.map(({ key }) => key);
  switch (formatOf(args)) {
    case "json":
      return await stdout.line(toJson([...rows]));
    case "jsonl":
      return await stdout.write(rows.map((row) => `${toJson(row)}\n`).join(""));
    case "csv":
      return await stdout.write(
        [csvLine(keys), ...rows.map((row) => csvLine(keys.map((key) => csvValue(row[key]))))].join(""),
      );
    default: {
      if (rows.length === 0) return note(empty);
      const look = lookOf(process.stdout);
      const shown = columns.filter(({ wide }) => look.width === null || wide !== true);
      return await stdout.write(
        table(
          shown.map(({ key, title, align }) => ({ title: title ?? key.replaceAll("_", " "), align })),
          rows.map((row) => shown.map(({ key, text }) => text?.(row) ?? cellText(row[key]))),
          look,
        ),
      );
    }
  }
}

/** A time for people: to the minute, UTC. */
export function minuteText(time: string | null): string {
  return time === null ? "-" : time.slice(0, 16).replace("T", " ");
}
