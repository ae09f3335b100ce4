import { cap } from "../model/text.ts";
import { cellText, oneLine } from "./cell.ts";
import type { HostRecord } from "./report.ts";
import { table } from "./table.ts";
import type { Look } from "./terminal.ts";
import { valueAt } from "./value-at.ts";

/** Values can be pages of payload; the whole is in `-o json`. */
const VALUE_LIMIT = 200;

/** Passive records as `get` gives them (spec ivre §5.3), one line each. */
export function passiveTable(records: readonly HostRecord[], look: Look): string {
  return table(
    [
      { title: "addr" },
      { title: "port", align: "right" },
      { title: "recontype" },
      { title: "source" },
      { title: "count", align: "right" },
      { title: "last seen" },
      { title: "value" },
    ],
    records.map((record) => [
      ...["addr", "port", "recontype", "source", "count"].map((field) => cellText(record[field])),
      cellText(record.lastseen).replace(/\.\d+/, ""),
      cap(said(record), VALUE_LIMIT),
    ]),
    look,
  );
}

/** What was observed: certificates by whom they are for, names with what they lead to. */
function said(record: HostRecord): string {
  const subject = valueAt(record, ["infos", "subject_text"]);
  if (typeof subject === "string") return oneLine(subject);
  const value = cellText(record.value);
  return typeof record.targetval === "string" ? `${value} → ${oneLine(record.targetval)}` : value;
}
