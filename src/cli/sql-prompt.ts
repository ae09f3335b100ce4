import { createInterface } from "node:readline";
import { UserError } from "../model/errors.ts";
import { Store } from "../store/reader.ts";
import { NO_TIME_LIMIT } from "./read-store.ts";
import { settingsOf } from "./settings.ts";
import { runSql, type SqlOptions } from "./sql-run.ts";
import { note, stdout } from "./terminal.ts";

const FIRST = "gadwall> ";
const MORE = "    ...> ";
const HELP = `A statement ends with ; and may take several lines. Nothing can be changed here.
.tables   the tables      .quit   leave (also Ctrl+D)      Ctrl+C   stop the query or drop the line`;
const TABLES = `SELECT table_schema AS "schema", table_name AS "table", string_agg(column_name, ', ' ORDER BY ordinal_position) AS columns
FROM information_schema.columns GROUP BY ALL ORDER BY ALL`;

/**
 * A read-only SQL prompt. Between statements the file is given back, so imports go through while it is open,
 * and the next statement sees them.
 */
export async function sqlPrompt(
  args: { readonly [option: string]: unknown },
  options: SqlOptions,
): Promise<void> {
  const { db } = settingsOf(args);
  const store = new Store(db, { timeLimit: NO_TIME_LIMIT });
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: FIRST });
  let buffer = "";
  let running: AbortController | null = null;
  const ask = (): void => {
    lines.setPrompt(buffer === "" ? FIRST : MORE);
    lines.prompt();
  };
  const run = async (text: string): Promise<void> => {
    running = new AbortController();
    try {
      await store.read((reading) => runSql(reading, text, options), { signal: running.signal });
    } catch (error) {
      if (running.signal.aborted) note("stopped");
      else if (error instanceof UserError) note(error.message);
      else throw error;
    } finally {
      running = null;
    }
  };
  lines.on("SIGINT", () => {
    if (running !== null) return running.abort();
    buffer = "";
    // Drops what was typed: to the end of the line, then back over it.
    lines.write("", { ctrl: true, name: "e" });
    lines.write("", { ctrl: true, name: "u" });
    process.stdout.write("\n");
    ask();
  });
  await stdout.line(`${db}, read-only. ".help" says more, Ctrl+D leaves.`);
  ask();
  try {
    for await (const line of lines) {
      const word = buffer === "" ? line.trim() : "";
      if (word === ".quit" || word === ".exit") break;
      if (word === ".help") await stdout.line(HELP);
      else if (word === ".tables") await run(TABLES);
      else if (buffer !== "" || word !== "") buffer += `${line}\n`;
      if (buffer.trimEnd().endsWith(";")) {
        const text = buffer;
        buffer = "";
        await run(text);
      }
      ask();
    }
  } finally {
    lines.close();
    await store.close();
  }
  process.stdout.write("\n");
}
