/** Tables whose keys are values (`{"a.example": {…}}`) as lists: `[{name: "a.example", …}]` (spec ivre §7.2). */
import type { Json } from "../model/json.ts";
import { type Table, tableOf, textOf } from "./table.ts";
import { asWritten, type Findings, type NseResult, type Treatment } from "./treatment.ts";

/** The tables in a result, each with its key as nmap wrote it; undefined when it has anything else. */
function entriesOf({ data, keys }: NseResult): [key: string, table: Table][] | undefined {
  const entries = Object.entries(tableOf(data) ?? {}).flatMap(([key, value]): [string, Table][] => {
    const table = tableOf(value);
    return table === undefined ? [] : [[keys?.get(key) ?? key, table]];
  });
  return entries.length > 0 ? entries : undefined;
}

function asList(result: NseResult, element: (key: string, table: Table) => Json): Findings {
  const entries = entriesOf(result);
  if (entries === undefined) return asWritten(result);
  return asWritten({ ...result, data: entries.map(([key, table]) => element(key, table)) });
}

/** The names that the address leads to, each with whether it leads back. */
export const fcrdns: Treatment = (result) => asList(result, (name, table) => ({ ...table, name }));

/** Applications that let in whoever knows their default passwords. */
export const httpDefaultAccounts: Treatment = (result) => {
  const cpes = (entriesOf(result) ?? []).flatMap(([, { cpe }]) => textOf(cpe) ?? []);
  return { ...asList(result, (name, table) => ({ ...table, name })), cpes };
};

/** Repositories on a web server; files are named as they are there. */
export const httpGit: Treatment = (result) =>
  asList(result, (repository, table) => {
    const element: Table = { ...table, repository };
    const fileName = (key: string): string => result.keys?.get(key) ?? key;
    const found = tableOf(table["files-found"]);
    if (found !== undefined)
      element["files-found"] = Object.keys(found).flatMap((file) =>
        found[file] === "true" ? fileName(file) : [],
      );
    const matches = tableOf(table["interesting-matches"]);
    if (matches !== undefined)
      element["interesting-matches"] = Object.entries(matches).map(([file, patterns]) => ({
        file: fileName(file),
        patterns,
      }));
    return element;
  });
