/** Failures that are none of who asks: told on standard error to whoever runs the server. */
import { sentenceOf, traceOf } from "../model/thrown.ts";

/**
 * @param where the tool or the resource.
 * @param plugin the file that it is of; ours when left out.
 */
export function tellFailure(where: string, error: unknown, plugin?: string): void {
  const what =
    plugin === undefined ? `internal error in ${where}` : `the plugin ${plugin} failed in ${where}`;
  // Traces of the executable name no file, and only help to mend it itself.
  const trace = traceOf(error).filter((line) => plugin === undefined || !line.includes("$bunfs"));
  console.error([`gadwall: ${what}: ${sentenceOf(error)}`, ...trace].join("\n"));
}
