/** Tools and filters of plugins as tools of ours: served by the same loop, with the same checks and bounds. */

import type { ToolAnnotations } from "@modelcontextprotocol/server";
import type { FilterTool, Answer as Given, Tool as PluginTool } from "gadwall";
import { z } from "zod";
import { boundValue } from "../mcp/bounded.ts";
import { type Answer, READ_ONLY, type Tool } from "../mcp/define.ts";
import { anyPurpose } from "../mcp/parameters.ts";
import { tokenAnswer } from "../mcp/token-answer.ts";
import type { Json } from "../model/json.ts";
import { cap, clean } from "../model/text.ts";
import { sentenceOf } from "../model/thrown.ts";
import { readFor } from "./data.ts";
import { givenFilter } from "./filters.ts";
import { catchPromises } from "./promises.ts";

/** Of a tool that changes something, where its plugin says no more: what the protocol assumes. */
const WRITES: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};

/** Characters of a remark, and of the arguments for the next page. */
const REMARK = 500;
const NEXT = 2000;

/** A tool of a plugin. @param plugin its file. */
export function toolOf(given: PluginTool, plugin: string): Tool {
  const { name, title, description, input, output, lists = false, reads = false, example } = given;
  const annotations = { ...(given.annotations.readOnlyHint ? READ_ONLY : WRITES), ...given.annotations };
  return {
    ...{ name, title, description, input, output, lists, reads, annotations, example, plugin },
    async handler(args, context) {
      let hasRead = false;
      const answer = await given.handler(args, {
        signal: context.signal,
        read(ask) {
          if (!reads) throw new Error(`${name} does not say "reads", and must not ask the database`);
          hasRead = true;
          return readFor(context, ask);
        },
      });
      // Its answer promises to say how old the data is.
      if (reads && !hasRead) await context.read(async () => {});
      return checked(given, answer);
    },
  };
}

/** A tool that makes a filter token, of a plugin. */
export function filterToolOf(
  { name, title, description, input, example, build }: FilterTool,
  plugin: string,
): Tool {
  return {
    ...{ name, title, description, plugin },
    input: { purpose: anyPurpose, ...input },
    output: z.string(),
    example: { purpose: "view", ...example },
    handler: ({ purpose, ...args }) => tokenAnswer(givenFilter(build(args)), anyPurpose.parse(purpose)),
  };
}

const shape = z.strictObject({
  result: z.unknown(),
  total: z.int().min(0).optional(),
  skipped: z.int().min(0).optional(),
  next: z
    .custom<NonNullable<Given["next"]>>((value) => typeof value === "function", "must be a function")
    .optional(),
  hint: z.string().nullish(),
});

/** @throws Error when the answer is not what the tool says that it is: a fault of the plugin's, not of who asked. */
async function checked({ name, output, lists }: PluginTool, given: unknown): Promise<Answer> {
  const answered = shape.safeParse(given);
  if (!answered.success)
    throw new Error(`${name} must answer with { result: … }: ${sentenceOf(answered.error)}`);
  const { total, skipped = 0, next, hint, ...answer } = answered.data;
  const result = plainJson(answer.result);
  const fits = await output.safeParseAsync(result);
  if (!fits.success)
    throw new Error(`the result of ${name} is not what its output says: ${sentenceOf(fits.error)}`);
  const said = { hint: hint ? remark(hint) : null };
  if (!lists) return { result, ...said };
  if (!Array.isArray(result)) throw new Error(`${name} says "lists", and its result is no list`);
  return {
    ...{ result, skipped, ...said },
    total: Math.max(total ?? 0, skipped + result.length),
    rest(returned) {
      const more = next?.(returned);
      if (more === undefined) return { advice: "ask for less" };
      const bounded = boundValue(plainJson(more), NEXT).value;
      return {
        next: bounded as Record<string, Json>,
        advice: `continue with ${cap(JSON.stringify(bounded), REMARK)}`,
      };
    },
  };
}

function remark(text: string): string {
  return cap(clean(text).replace(/\s*\n\s*/g, " "), REMARK);
}

/** What is left of a value as JSON: no functions, no dates, nothing that changes later. */
function plainJson(value: unknown): Json {
  if (catchPromises(value)) throw new TypeError("there is a promise in the answer: await it");
  const text = JSON.stringify(value);
  if (text === undefined) throw new Error("there is nothing in the answer");
  return JSON.parse(text) as Json;
}
