import type { Json } from "../../model/json.ts";
import { cellText } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../json.ts";
import { settingsOf } from "../settings.ts";
import { table } from "../table.ts";
import { lookOf, stdout } from "../terminal.ts";

export default defineCommand({
  command: "info",
  describe: "What is in the database, and how old it is",
  builder: (yargs) => yargs.option("json", { type: "boolean", describe: "Print one JSON object" }),
  async run(args) {
    const { ask } = await import("../ask.ts");
    const { info } = await import("../../query/info.ts");
    const found = await ask(args, info);
    if (args.json === true) {
      await stdout.line(toJson(found));
      return 0;
    }
    await stdout.line(`database: ${settingsOf(args).db}`);
    await stdout.write(lines(found, ""));
    return 0;
  },
});

/** Members whose own members are named by the data. */
const NAMED_BY_DATA: ReadonlySet<string> = new Set([
  "sources",
  "categories",
  "sensors",
  "recontypes",
  "file",
]);

/** A value as indented "name: value" lines; a list of objects as a table. */
function lines(value: object, indent: string, data = false): string {
  return Object.entries(value)
    .map(([name, member]: [string, Json]) => {
      const title = `${indent}${data ? cellText(name) : name.replaceAll("_", " ")}:`;
      if (member === null || typeof member !== "object") return `${title} ${cellText(member)}\n`;
      const inner = `${indent}  `;
      const text = Array.isArray(member)
        ? rows(member, inner)
        : lines(member, inner, NAMED_BY_DATA.has(name));
      return text === "" ? `${title} -\n` : `${title}\n${text}`;
    })
    .join("");
}

function rows(list: readonly Json[], indent: string): string {
  const objects = list.filter(
    (row): row is { [key: string]: Json } => row !== null && typeof row === "object" && !Array.isArray(row),
  );
  if (objects.length === 0) return "";
  const names = Object.keys(objects[0]!);
  const { width, colour } = lookOf(process.stdout);
  const text = table(
    names.map((title) => ({ title })),
    objects.map((row) => names.map((name) => cellText(row[name]))),
    { width: width === null ? null : width - indent.length, colour },
  );
  return text.replace(/^(?=.)/gm, indent);
}
