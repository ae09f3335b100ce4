/**
 * What a tool is. One tool a file in `tools/`; `catalogue.ts` lists them; `server.ts` serves them in one loop,
 * so a handler only takes checked arguments and returns data.
 */
import type { ToolAnnotations } from "@modelcontextprotocol/server";
import type { z } from "zod";
import type { Json } from "../model/json.ts";
import type { QueryContext } from "../query/context.ts";

/** What a handler may use beside its arguments. */
export interface ToolContext {
  /** Aborted when the client cancels the call or goes away. */
  readonly signal: AbortSignal;
  /** Asks the database; the answer then says how old the data is, and that there is none when there is none. */
  read<T>(ask: (query: QueryContext) => Promise<T>): Promise<T>;
}

/** How to get what an answer had no room for. */
export interface Rest {
  /** Arguments to add to the same call. */
  next?: Record<string, Json>;
  /** The same for people: what to do, an imperative without a full stop. */
  advice: string;
}

/** What a handler answers: a value, a list that may be a part of a longer one, or markdown, which is text only. */
export type Answer = ({ result: Json } | Listing | { markdown: string }) & {
  /** Said beside the answer: why it is empty. */
  hint?: string | null;
  /** What was left out of it and how to get that; the answer then counts as truncated. */
  cut?: string | null;
};

export interface Listing {
  result: Json[];
  /** Elements in all, those skipped and those not returned included. */
  total: number;
  /** Elements left out before the first one. */
  skipped?: number;
  /** Called when elements after the first `returned` were left out. */
  rest(returned: number): Rest;
}

export interface Tool<Shape extends z.ZodRawShape = z.ZodRawShape> {
  name: string;
  title: string;
  /** For the model, and paid for in every conversation: what it does and what its result is, nothing else. */
  description: string;
  input: Shape;
  /** The value in `result`; null: it answers with markdown. */
  output: z.ZodType | null;
  /** Answers with a `Listing`. */
  lists?: boolean;
  /** Reads the database, so that the answer is as old as the last import: of scans, or of feeds. */
  reads?: boolean | "feeds";
  annotations?: ToolAnnotations;
  /** What a value of an argument means that people write in several ways; undefined: nothing was given. */
  meant?(argument: string, value: unknown): unknown;
  /** File of the plugin that it is of. */
  plugin?: string;
  /** A valid call, quoted when a required argument is missing. */
  example: Record<string, Json>;
  // Handlers import what they need of `query/` when they are called: it loads DuckDB, and a client that only lists
  // the tools should not wait for that. A method on purpose: parameters of methods are compared bivariantly, so tools of all shapes fit one table.
  handler(args: z.output<z.ZodObject<Shape>>, context: ToolContext): Answer | Promise<Answer>;
}

/** What every tool that only reads says of itself; the protocol's defaults would say destructive and open-world. */
export const READ_ONLY: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Gives a tool its types; changes nothing. */
export function defineTool<Shape extends z.ZodRawShape>(tool: Tool<Shape>): Tool {
  return tool;
}
