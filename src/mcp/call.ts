/** One tool call from name and arguments to result: the only place that maps failures. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { AccessScope } from "../access/scope.ts";
import { UserError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import { cap } from "../model/text.ts";
import type { QueryContext } from "../query/context.ts";
import type { Reading } from "../store/reader.ts";
import { errorResult, type Seen, toolResult } from "./answers.ts";
import { aboutArgument, readArguments } from "./arguments.ts";
import { type Listed, TOOLS } from "./catalogue.ts";
import type { Tool, ToolContext } from "./define.ts";
import { tellFailure } from "./failures.ts";

/** Where answers come from: a `Store`, or something that opens one when it is first asked. */
export interface Reader {
  read<T>(work: (reading: Reading) => Promise<T>, options: { signal: AbortSignal }): Promise<T>;
}

export interface Asking {
  store: Reader;
  /** Which records the caller may see. */
  scope(): AccessScope;
  /** Aborted when the client cancels or goes away. */
  signal: AbortSignal;
}

export interface Caller extends Asking {
  /** Ours when left out. */
  tools?: ReadonlyMap<string, Listed>;
  /** Whether the caller may use tools that change something; not when left out. */
  mayWrite?(): boolean;
}

/** How tools and resources ask the database; `look` sees what they are about to ask. */
export function contextOf(
  { store, scope, signal }: Asking,
  look: (reading: Reading, query: QueryContext) => Promise<void> = async () => {},
): ToolContext {
  return {
    signal,
    read: (ask) =>
      store.read(
        async (reading) => {
          const query = { connection: reading.connection, scope: scope(), file: reading.file };
          await look(reading, query);
          return ask(query);
        },
        { signal },
      ),
  };
}

/**
 * Calls a tool. Failures are results too (`isError`, one sentence), so that a model can read and act on them.
 * @throws only when the call was cancelled, where nobody waits for a result.
 */
export async function callTool(
  name: string,
  given: Readonly<Record<string, unknown>>,
  caller: Caller,
): Promise<CallToolResult> {
  const { tools = TOOLS, signal } = caller;
  const listed = tools.get(name);
  if (listed === undefined) return errorResult(unknownTool(name, tools));
  if (listed.definition.annotations.readOnlyHint !== true && caller.mayWrite?.() !== true)
    return errorResult(`${name} changes something, which needs somebody who is signed in`);
  let seen: Seen | undefined;
  try {
    const context = contextOf(caller, async (reading, query) => {
      seen = await seenOf(reading, query, listed.tool);
    });
    const answer = await listed.tool.handler(await readArguments(listed, given), context);
    return toolResult(answer, seen);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) return errorResult(aboutArgument(listed.tool, error));
    // The details may name paths and queries: they are for whoever runs the server.
    const { plugin } = listed.tool;
    tellFailure(name, error, plugin);
    const advice =
      plugin === undefined
        ? "please report it with what gadwall wrote to its"
        : "a plugin failed, see the server's";
    return errorResult(`internal error in ${name}: ${advice} standard error`);
  }
}

async function seenOf(reading: Reading, query: QueryContext, { reads }: Tool): Promise<Seen> {
  if (reads !== "feeds") {
    const { asOf } = await import("../query/as-of.ts");
    return asOf(query, reading);
  }
  const { feedsAsOf = null } = reading;
  return { empty: feedsAsOf === null, asOf: feedsAsOf, feeds: true };
}

function unknownTool(name: string, tools: ReadonlyMap<string, Listed>): string {
  const near = nearest(name, [...tools.keys()])[0];
  return `there is no tool "${cap(name, 60)}"${near === undefined ? "" : `, did you mean "${near}"?`}`;
}
