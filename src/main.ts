/**
 * Starting and ending: the only place that exits the process. What is not needed is not loaded: `--version`
 * loads nothing, the command line (cli/program.ts) neither DuckDB nor MCP.
 */
import { version } from "../package.json" with { type: "json" };
import { report } from "./cli/report-error.ts";
import { ClosedPipe, stdout } from "./cli/terminal.ts";

/** 128 + SIGINT, as shells have it. */
const INTERRUPTED = 130;

// A command that listens itself (a server, a prompt) ends in its own way.
process.on("SIGINT", () => {
  if (process.listenerCount("SIGINT") > 1) return;
  if (process.stderr.isTTY) process.stderr.write("\n");
  process.exit(INTERRUPTED);
});
// A reader that went away (`gadwall get | head`) has what it wanted: not an error.
process.stdout.on("error", (error) =>
  process.exit("code" in error && error.code === "EPIPE" ? 0 : report(error, version)),
);
// Nobody listens to remarks any more: the work goes on.
process.stderr.on("error", () => {});
process.on("uncaughtException", (error) => process.exit(report(error, version)));
process.on("unhandledRejection", (error) => process.exit(report(error, version)));

async function run(words: readonly string[]): Promise<number> {
  if (words.length === 1 && words[0] === "--version") {
    await stdout.line(version);
    return 0;
  }
  const { program } = await import("./cli/program.ts");
  const code = await program(words, version);
  await stdout.end();
  return code;
}

let code: number;
try {
  code = await run(process.argv.slice(2));
} catch (error) {
  code = error instanceof ClosedPipe ? 0 : report(error, version);
}
process.exit(code);
