import { PURPOSES } from "../../model/purpose.ts";
import { defineCommand } from "../command.ts";
import { toJson } from "../json.ts";
import { table } from "../table.ts";
import { lookOf, stdout } from "../terminal.ts";

export default defineCommand({
  command: "schema",
  describe: "The fields of records, and what topvalues can count",
  builder: (yargs) =>
    yargs
      .option("purpose", { choices: PURPOSES, default: "view" as const, describe: "Whose fields" })
      .option("json", { type: "boolean", describe: "Print one JSON object" }),
  async run(args) {
    const { describeSchema } = await import("../../query/schema.ts");
    const schema = describeSchema(args.purpose);
    if (args.json === true) {
      await stdout.line(
        toJson({
          fields: schema.fields.map((field) => ({ ...field })),
          pseudo_fields: schema.pseudo_fields.map((field) => ({ ...field })),
        }),
      );
      return 0;
    }
    const look = lookOf(process.stdout);
    await stdout.write(
      table(
        [{ title: "field" }, { title: "type" }, { title: "what it is" }],
        schema.fields.map(({ path, type, description }) => [path, type, description]),
        look,
      ),
    );
    await stdout.write(
      `\n${table(
        [{ title: "for topvalues" }, { title: "what it counts" }],
        schema.pseudo_fields.map(({ pattern, description }) => [pattern, description]),
        look,
      )}`,
    );
    return 0;
  },
});
