import { expect, test } from "bun:test";
import { FEED_TABLES } from "../../src/store/feed-tables.ts";
import { HOST_TABLES, MAIN_TABLES, NMAP_TABLES, PASSIVE_TABLES } from "../../src/store/tables.ts";

const text = await Bun.file(new URL("../../docs/schema.md", import.meta.url)).text();
const named = new Set([...text.matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => name!));
const headings = new Set([...text.matchAll(/^### (?:nmap\.)?([a-z_]+)$/gm)].map(([, name]) => name!));

/** The part of the page that describes a table: its own section or its row. */
function partAbout(table: string): string {
  const section = new RegExp(`^### (?:nmap\\.)?${table}\\n([\\s\\S]*?)^##`, "m").exec(text);
  if (section !== null) return section[1]!;
  return text.split("\n").find((line) => line.startsWith(`| \`${table}\` |`)) ?? "";
}

for (const [table, columns] of Object.entries({ ...HOST_TABLES, ...NMAP_TABLES, ...MAIN_TABLES })) {
  test(`docs/schema.md describes ${table} and all its columns`, () => {
    expect(named.has(table) || headings.has(table)).toBe(true);
    const part = partAbout(table);
    expect(Object.keys(columns).filter((column) => !part.includes(`\`${column}\``))).toEqual([]);
  });
}

for (const [table, columns] of Object.entries(PASSIVE_TABLES)) {
  test(`docs/schema.md describes passive.${table} and all its columns`, () => {
    const [, part] = new RegExp(`^### passive\\.${table}\n([\\s\\S]*?)^##`, "m").exec(text) ?? [];
    expect(Object.keys(columns).filter((column) => part?.includes(`\`${column}\``) !== true)).toEqual([]);
  });
}

/** Everything about schema `feed`: its tables have sections of their own, or rows that may share names. */
const feeds = text.slice(text.indexOf("\n## `feed`"), text.indexOf("\n## `main`"));

for (const [table, columns] of Object.entries(FEED_TABLES)) {
  test(`docs/schema.md describes feed.${table} and all its columns`, () => {
    const section = new RegExp(`^### feed\\.${table}\n([\\s\\S]*?)^##`, "m").exec(feeds)?.[1];
    // A column of another table may have the table's name: the row is the one that begins with its key.
    const [key] = Object.keys(columns);
    const row = feeds
      .split("\n")
      .map((line) => line.split(" | "))
      .find(([first, rest]) => first!.includes(`\`${table}\``) && rest?.startsWith(`\`${key}\``));
    const part = section ?? row?.join(" ") ?? "";
    expect(Object.keys(columns).filter((column) => !part.includes(`\`${column}\``))).toEqual([]);
  });
}
