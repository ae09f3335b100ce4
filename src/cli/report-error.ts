import { UsageError, UserError } from "../model/errors.ts";

/**
 * Tells on standard error what went wrong and gives the exit code: 2 for a wrong command line, 1 for a
 * failure. A bug shows its stack with GADWALL_DEBUG only.
 */
export function report(error: unknown, version: string): 1 | 2 {
  const debug = (process.env.GADWALL_DEBUG ?? "") !== "";
  if (error instanceof UserError) {
    process.stderr.write(`gadwall: ${sentence(error)}\n`);
    if (debug && error.cause !== undefined) process.stderr.write(`${inspect(error.cause)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  if (isFull(error)) {
    process.stderr.write("gadwall: no space left to write to\n");
    return 1;
  }
  const short = error instanceof Error ? `${error.name}: ${firstLine(error.message)}` : String(error);
  process.stderr.write(`gadwall: a bug in gadwall ${version}, not your fault: ${short}\n`);
  process.stderr.write(
    debug
      ? `${inspect(error)}\n`
      : "  Please report it to gadwall's maintainers, with what GADWALL_DEBUG=1 prints.\n",
  );
  return 1;
}

/** Arguments of the MCP tools that are options here, under the same name. */
const OPTIONS: ReadonlySet<string> = new Set(["flt", "sort", "fields"]);

/** What is wrong, after the option that it is about where the sentence alone does not tell. */
function sentence({ message, argument }: UserError): string {
  return argument !== null && OPTIONS.has(argument) ? `--${argument}: ${message}` : message;
}

/** Standard output goes to a full disk. */
function isFull(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "ENOSPC" || code === "EDQUOT";
}

function inspect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text : text.slice(0, end);
}
