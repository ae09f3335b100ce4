/** The questions that plugins may ask: those of our tools, within the access scope, and nothing beside. */
import type { Data } from "gadwall";
import { z } from "zod";
import { ALL, type Filter } from "../filter/ast.ts";
import type { ToolContext } from "../mcp/define.ts";
import { anyPurpose } from "../mcp/parameters.ts";
import type { Json } from "../model/json.ts";
import { sentenceOf } from "../model/thrown.ts";
import type { QueryContext } from "../query/context.ts";
import { givenFilter } from "./filters.ts";
import { unattended } from "./promises.ts";

const USUAL = 10;
/** Records are held in memory. */
const MOST = 10_000;

const field = z.string();
const fields = z.array(field).readonly();
const sum = z.boolean().optional();
const one = { purpose: anyPurpose, filter: z.unknown().optional() };
const page = { ...one, limit: z.int().min(1).max(MOST).default(USUAL) };

/** Strict: a misspelled `filter` would ask for all records. */
const QUESTIONS = {
  count: z.strictObject({ ...one, sum }),
  get: z.strictObject({
    ...page,
    skip: z.int().min(0).default(0),
    sort: fields.optional(),
    fields: fields.optional(),
  }),
  topvalues: z.strictObject({ ...page, field: z.union([field, fields]), sum }),
  distinct: z.strictObject({ ...page, field }),
} as const;

/** Runs the questions of a plugin; what it keeps of `data` beyond that answers no more. */
export function readFor<T>(context: ToolContext, ask: (data: Data) => Promise<T>): Promise<T> {
  const answer = context.read(async (query) => {
    let isOpen = true;
    const live = (): QueryContext => {
      if (!isOpen) throw new Error("it asked after its read() had ended: await every question");
      return query;
    };
    try {
      return await ask(data(live));
    } finally {
      isOpen = false;
    }
  });
  return unattended(answer);
}

function data(live: () => QueryContext): Data {
  const answering = Object.entries(questions(live)).map(
    ([name, answer]) => [name, (question: never) => unattended(answer(question))] as const,
  );
  return Object.freeze(Object.fromEntries(answering)) as unknown as Data;
}

function questions(live: () => QueryContext): Data {
  return {
    async count(question) {
      const { purpose, filter, sum } = asked("count", question);
      const { count } = await import("../query/count.ts");
      return count(live(), purpose, filterOf(filter), { sum });
    },
    async get(question) {
      const { purpose, filter, ...options } = asked("get", question);
      const { get } = await import("../query/get.ts");
      return get(live(), purpose, filterOf(filter), options);
    },
    async topvalues(question) {
      const { purpose, filter, ...options } = asked("topvalues", question);
      const { topvalues } = await import("../query/topvalues.ts");
      return topvalues(live(), purpose, filterOf(filter), options);
    },
    async distinct(question) {
      const { purpose, filter, ...options } = asked("distinct", question);
      const { distinct } = await import("../query/distinct.ts");
      return distinct(live(), purpose, filterOf(filter), options);
    },
    async info() {
      const { info } = await import("../query/info.ts");
      return (await info(live())) as unknown as { [name: string]: Json };
    },
  };
}

/** A question as it may be asked. @throws TypeError that says what is wrong with it: a fault of the plugin's. */
function asked<Name extends keyof typeof QUESTIONS>(
  name: Name,
  question: unknown,
): z.output<(typeof QUESTIONS)[Name]> {
  const parsed = QUESTIONS[name].safeParse(question);
  if (parsed.success) return parsed.data as z.output<(typeof QUESTIONS)[Name]>;
  throw new TypeError(`data.${name}: ${sentenceOf(parsed.error)}`);
}

function filterOf(filter: unknown): Filter {
  return filter === undefined ? ALL : givenFilter(filter);
}
