/** The questions that plugins may ask: those of our tools, within the access scope, and nothing beside. */
import type { Data, Page, Question } from "gadwall";
import { ALL, type Filter } from "../filter/ast.ts";
import type { ToolContext } from "../mcp/define.ts";
import type { Json } from "../model/json.ts";
import type { QueryContext } from "../query/context.ts";
import { givenFilter } from "./filters.ts";

const USUAL = 10;
/** Records are held in memory. */
const MOST = 10_000;

/** Runs the questions of a plugin; what it keeps of `data` beyond that answers no more. */
export function readFor<T>(context: ToolContext, ask: (data: Data) => Promise<T>): Promise<T> {
  return context.read(async (query) => {
    let isOpen = true;
    const live = (): QueryContext => {
      if (!isOpen) throw new Error("a plugin asked after its read() had ended");
      return query;
    };
    try {
      return await ask(data(live));
    } finally {
      isOpen = false;
    }
  });
}

function data(live: () => QueryContext): Data {
  return Object.freeze({
    async count({ purpose, filter, sum }) {
      const { count } = await import("../query/count.ts");
      return count(live(), purpose, filterOf(filter), { sum });
    },
    async get({ purpose, filter, limit, skip = 0, sort, fields }) {
      const { get } = await import("../query/get.ts");
      return get(live(), purpose, filterOf(filter), {
        limit: limitOf(limit),
        skip: whole(skip),
        sort,
        fields,
      });
    },
    async topvalues({ purpose, filter, limit, field, sum }) {
      const { topvalues } = await import("../query/topvalues.ts");
      return topvalues(live(), purpose, filterOf(filter), { limit: limitOf(limit), field, sum });
    },
    async distinct({ purpose, filter, limit, field }) {
      const { distinct } = await import("../query/distinct.ts");
      return distinct(live(), purpose, filterOf(filter), { limit: limitOf(limit), field });
    },
    async info() {
      const { info } = await import("../query/info.ts");
      return (await info(live())) as unknown as { [name: string]: Json };
    },
  } satisfies Data);
}

function filterOf(filter: Question["filter"]): Filter {
  return filter === undefined ? ALL : givenFilter(filter);
}

function limitOf(limit: Page["limit"] = USUAL): number {
  return Math.min(Math.max(whole(limit), 1), MOST);
}

function whole(number: number): number {
  if (!Number.isSafeInteger(number) || number < 0) throw new TypeError(`${number} is no whole number`);
  return number;
}
