import { UsageError, UserError } from "../model/errors.ts";
import { OTHERS_CODE } from "../model/others-code.ts";
import { clean } from "../model/text.ts";
import { sentenceOf } from "../model/thrown.ts";

/**
 * Tells on standard error what went wrong and gives the exit code: 2 for a wrong command line, 1 for a
 * failure. A bug shows its stack with GADWALL_DEBUG only. It may be one of a plugin.
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
  const stack = inspect(error);
  const { whose, advice } = suspects(stack, `gadwall ${version}`);
  process.stderr.write(`gadwall: ${whose}: ${nameOf(error)}${sentenceOf(error)}\n`);
  process.stderr.write(debug ? `${stack}\n` : `  ${advice}, with what GADWALL_DEBUG=1 prints.\n`);
  return 1;
}

/** Whose bug it is, as far as can be told. */
function suspects(stack: string, us: string): { whose: string; advice: string } {
  const files = [...OTHERS_CODE];
  const seen = files.filter((file) => stack.includes(file));
  if (files.length === 0)
    return {
      whose: `a bug in ${us}, not your fault`,
      advice: "Please report it to gadwall's maintainers",
    };
  const ours = seen.length > 0 ? "" : `, or in ${us}`;
  return {
    whose: `a bug in a plugin (${clean((seen.length > 0 ? seen : files).join(", "))})${ours}`,
    advice: "A promise that fails must be awaited (docs/plugins.md); please tell whoever wrote it",
  };
}

function nameOf(error: unknown): string {
  try {
    return error instanceof Error ? `${clean(error.name)}: ` : "";
  } catch {
    return "";
  }
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

/** Never throws, whatever was thrown. */
function inspect(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack ?? error.message) : String(error);
  } catch {
    return sentenceOf(error);
  }
}
