/** `s7-info`: nmap's labels to names that other readers of S7 use (spec ivre §3.2). */
import { type Table, tableOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["Module", "module"],
  ["Basic Hardware", "hardware"],
  ["Version", "version"],
  ["System Name", "system_name"],
  ["Module Type", "module_type"],
  ["Serial Number", "module_sn"],
  ["Plant Identification", "plant"],
  ["Copyright", "copyright"],
]);

export const s7Info: Treatment = (result) => {
  const table = tableOf(result.data);
  if (table === undefined) return asWritten(result);
  const data: Table = Object.fromEntries(
    Object.entries(table).map(([label, value]) => [NAMES.get(label) ?? label, value]),
  );
  return asWritten({ ...result, data });
};
