import { UsageError } from "../../model/errors.ts";
import { defineCommand } from "../command.ts";
import { formatOf, limitOf, limitOption } from "../question.ts";
import { lookOf } from "../terminal.ts";

/** More than this is not something to type or to pipe into a prompt. */
const MAX_INPUT = 1024 * 1024;

export default defineCommand({
  command: "sql [statement]",
  describe: "Ask in SQL: one statement, standard input, or a prompt; nothing can be changed",
  builder: (yargs) =>
    limitOption(yargs, "How many rows (default: 1000 as table, else all; 0 for all)")
      .positional("statement", { type: "string", describe: "The SQL (docs/schema.md describes the tables)" })
      .option("output", {
        alias: "o",
        choices: ["table", "json", "jsonl", "csv"],
        requiresArg: true,
        describe: "How to write the rows (default: table)",
      })
      .option("json", { type: "boolean", describe: "The same as -o json" })
      .example(
        "$0 sql 'SELECT port, count(*) FROM view.port GROUP BY ALL ORDER BY 2 DESC'",
        "ports by number of hosts",
      ),
  async run(args) {
    const options = {
      format: formatOf(args),
      limit: args.limit === undefined ? undefined : limitOf(args, null),
      look: lookOf(process.stdout),
    };
    if (args.statement === undefined && process.stdin.isTTY) {
      const { sqlPrompt } = await import("../sql-prompt.ts");
      await sqlPrompt(args, options);
      return 0;
    }
    const text = args.statement ?? (await input());
    const { holdsNothing, readStore } = await import("../read-store.ts");
    const { runSql } = await import("../sql-run.ts");
    await readStore(args, (reading) => runSql(reading, text, options), holdsNothing);
    return 0;
  },
});

async function input(): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of Bun.stdin.stream()) {
    size += part.length;
    if (size > MAX_INPUT) throw new UsageError(`the SQL on standard input is longer than ${MAX_INPUT} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
