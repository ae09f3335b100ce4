import type { Json } from "../../model/json.ts";
import { PURPOSES } from "../../model/purpose.ts";
import { cellText, oneLine } from "../cell.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../json.ts";
import { type Column, table } from "../table.ts";
import { lookOf, note, stdout } from "../terminal.ts";

/** Examples of a field. */
const EACH = 3;

/** Milliseconds for looking up examples: who waits at a terminal has time. */
const EXAMPLES_TIME = 60_000;

export default defineCommand({
  command: "schema [field]",
  describe: "The fields of records, what topvalues can count, and which script fields this database has",
  builder: (yargs) =>
    yargs
      .positional("field", {
        type: "string",
        describe: "Only this field and what is below it, such as ssl-cert or ports.scripts.vulns",
      })
      .option("purpose", { choices: PURPOSES, default: "view" as const, describe: "Whose fields" })
      .option("examples", { type: "boolean", describe: "Show some values of each field" })
      .option("json", { type: "boolean", describe: "Print one JSON object" })
      .example("$0 schema ssl-cert --examples", "what is known of certificates, with values"),
  async run(args) {
    const { ask } = await import("../ask.ts");
    const { describeData, exemplary, structuredEntry } = await import("../../query/schema.ts");
    const { purpose } = args;
    const { data, examples } = await ask(args, async (context) => {
      const data = await describeData(context, purpose, { field: args.field });
      if (args.examples !== true) return { data, examples: new Map<string, Json[]>() };
      const { examplesOf } = await import("../../query/examples.ts");
      const until = performance.now() + EXAMPLES_TIME;
      const paths = exemplary([...data.fields, ...data.structured.fields]);
      const found = await examplesOf(context, purpose, paths, { each: EACH, until });
      if (found.late.length > 0)
        note(
          `no time for the examples of ${found.late.length} fields: name a part, such as ${found.late[0]}`,
        );
      return { data, examples: found.examples };
    });
    const structured = data.structured.fields.map((field) => structuredEntry(purpose, field));
    const valued = <Entry extends { path: string }>(entry: Entry): Entry & { examples?: Json[] } => {
      const values = examples.get(entry.path);
      return values === undefined ? entry : { ...entry, examples: values };
    };
    if (data.structured.sampled)
      note("of scripts with very many results some were looked at: their numbers are estimates");
    if (args.json === true) {
      await stdout.line(
        toJson({
          fields: data.fields.map(valued),
          pseudo_fields: data.pseudo_fields.map((field) => ({ ...field })),
          structured: structured.map(valued),
        }),
      );
      return 0;
    }
    const last: Column[] = args.examples === true ? [{ title: "for example" }] : [];
    const shown = (path: string): string[] =>
      args.examples === true ? [(examples.get(path) ?? []).map(cellText).join(", ")] : [];
    await sections([
      {
        columns: [{ title: "field" }, { title: "type" }, { title: "what it is" }, ...last],
        rows: data.fields.map(({ path, type, description }) => [path, type, description, ...shown(path)]),
      },
      {
        columns: [{ title: "for topvalues" }, { title: "what it counts" }],
        rows: data.pseudo_fields.map(({ pattern, description }) => [pattern, description]),
      },
      {
        columns: [
          { title: "in this database" },
          { title: "type" },
          { title: purpose === "passive" ? "records" : "hosts", align: "right" },
          ...last,
        ],
        rows: data.structured.fields.map(({ path, type, records }) => [
          oneLine(path),
          type,
          String(records),
          ...shown(path),
        ]),
      },
    ]);
    return 0;
  },
});

/** Tables with an empty line between; those without rows are left out. */
async function sections(tables: readonly { columns: Column[]; rows: string[][] }[]): Promise<void> {
  const look = lookOf(process.stdout);
  const filled = tables.filter(({ rows }) => rows.length > 0);
  for (const [i, { columns, rows }] of filled.entries())
    await stdout.write(`${i === 0 ? "" : "\n"}${table(columns, rows, look)}`);
  if (filled.length === 0) note("no record has it");
}
