/** One tool call from name and arguments to result: the only place that maps failures. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Filter } from "../filter/ast.ts";
import { UserError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import { cap } from "../model/text.ts";
import type { Reading } from "../store/reader.ts";
import { errorResult, type Seen, toolResult } from "./answers.ts";
import { aboutArgument, readArguments } from "./arguments.ts";
import { TOOLS } from "./catalogue.ts";
import type { Tool } from "./define.ts";

/** Where answers come from: a `Store`, or something that opens one when it is first asked. */
export interface Reader {
  read<T>(work: (reading: Reading) => Promise<T>, options: { signal: AbortSignal }): Promise<T>;
}

export interface Caller {
  store: Reader;
  /** Records the caller may see; AND-ed to every question. */
  scope: Filter;
  /** Aborted when the client cancels or goes away. */
  signal: AbortSignal;
}

/**
 * Calls a tool. Failures are results too (`isError`, one sentence), so that a model can read and act on them.
 * @throws only when the call was cancelled, where nobody waits for a result.
 */
export async function callTool(
  name: string,
  given: Readonly<Record<string, unknown>>,
  { store, scope, signal }: Caller,
): Promise<CallToolResult> {
  const listed = TOOLS.get(name);
  if (listed === undefined) return errorResult(unknownTool(name));
  let seen: Seen | undefined;
  try {
    const answer = await listed.tool.handler(readArguments(listed, given), {
      signal,
      read: (ask) =>
        store.read(
          (reading) => {
            seen = seenOf(reading, listed.tool);
            return ask({ connection: reading.connection, scope, file: reading.file });
          },
          { signal },
        ),
    });
    return toolResult(answer, seen);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) return errorResult(aboutArgument(listed.tool, error));
    // The details may name paths and queries: they are for whoever runs the server.
    console.error(`gadwall: internal error in ${name}:`, error);
    return errorResult(
      `internal error in ${name}: please report it with what gadwall wrote to its standard error`,
    );
  }
}

function seenOf({ empty, asOf, feedsAsOf = null }: Reading, { reads }: Tool): Seen {
  return reads === "feeds" ? { empty: feedsAsOf === null, asOf: feedsAsOf, feeds: true } : { empty, asOf };
}

function unknownTool(name: string): string {
  const near = nearest(name, [...TOOLS.keys()])[0];
  return `there is no tool "${cap(name, 60)}"${near === undefined ? "" : `, did you mean "${near}"?`}`;
}
