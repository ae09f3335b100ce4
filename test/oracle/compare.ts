/** Comparing an answer of ours with an expected one, by the rules of the oracle's README. */
import type { Json } from "../../src/model/json.ts";
import { cap, clean } from "../../src/model/text.ts";

export interface Question {
  id: string;
  purpose: string;
  op: string;
  filter: { [tool: string]: Json } | null;
  args: { [name: string]: Json };
  result?: Json;
  error?: string;
}

/** An answer of ours: a value, with `cut` where the bound of answers left off the rest; or the sentence of an error. */
export type Answer = { value: Json; cut?: boolean } | { error: string };

/** Characters of a text beyond which our answers cut it (src/mcp/bounded.ts). */
const TEXT_LIMIT = 4000;
const IS_CUT = /… \[[\d,]+ more characters?\]$/;

/** A text as our answers print it: without characters that command a terminal, cut when it is very long. */
function printed(text: string): string {
  return IS_CUT.test(text) ? text : cap(clean(text), TEXT_LIMIT);
}

type JsonObject = { [key: string]: Json };

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Dates as instants: IVRE's `{"f":"datetime","a":[epoch]}` and ISO 8601 both become epoch seconds. */
function instant(value: Json): Json {
  if (isObject(value) && value.f === "datetime" && Array.isArray(value.a))
    return { instant: value.a[0] ?? null };
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) {
    return { instant: Date.parse(value) / 1000 };
  }
  return value;
}

/** One text for equal values: keys sorted, dates as instants; with `sets`, arrays without order. */
export function canonical(value: Json, sets: boolean): string {
  const point = instant(value);
  if (Array.isArray(point)) {
    const items = point.map((item) => canonical(item, sets));
    if (sets) items.sort();
    return `[${items.join(",")}]`;
  }
  if (isObject(point)) {
    const keys = Object.keys(point).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(point[key] as Json, sets)}`).join(",")}}`;
  }
  return JSON.stringify(typeof point === "string" ? printed(point) : point);
}

/** Of a list that was cut, the rows that are there must be the expected list's first ones, as far as counts order them. */
function beginsWith(expected: Json[], actual: Json[]): boolean {
  const count = (row: Json): number => Number((row as JsonObject).count);
  const want = expected.map((row) => canonical(row, false));
  return (
    actual.length > 0 &&
    actual.every(
      (row, i) => want.includes(canonical(row, false)) && count(row) === count(expected[i] ?? null),
    )
  );
}

function topvaluesAgree(expected: Json[], actual: Json[], limit: number): boolean {
  const rows = (list: Json[]): [string, number][] =>
    list.map((row) => [
      canonical((row as JsonObject).value ?? null, false),
      Number((row as JsonObject).count),
    ]);
  const want = rows(expected);
  const have = rows(actual);
  if (want.length !== have.length) return false;
  // At the cut, rows of the last count may differ: IVRE's tie order is undefined.
  const last = want.length === limit ? want.at(-1)?.[1] : undefined;
  const fixed = (list: [string, number][]): string =>
    list
      .filter(([, count]) => count !== last)
      .map((row) => JSON.stringify(row))
      .sort()
      .join();
  return fixed(want) === fixed(have) && want.map((row) => row[1]).join() === have.map((row) => row[1]).join();
}

function distinctAgree(expected: Json[], actual: Json[]): boolean {
  const set = (list: Json[]): string =>
    [...new Set(list.filter((item) => item !== null).map((item) => canonical(item, false)))].sort().join();
  return set(expected) === set(actual);
}

function recordsAgree(expected: Json[], actual: Json[], sorted: boolean): boolean {
  const texts = (list: Json[]): string[] => list.map((item) => canonical(item, true));
  const want = texts(expected);
  const have = texts(actual);
  return (sorted ? want : want.sort()).join("\n") === (sorted ? have : have.sort()).join("\n");
}

/** Whether our answer counts as the expected one. */
export function agrees(question: Question, actual: Json, cut = false): boolean {
  const expected = question.result;
  if (expected === undefined) return false;
  if (!Array.isArray(expected) || !Array.isArray(actual))
    return canonical(expected, false) === canonical(actual, false);
  if (question.op === "topvalues" && cut) return beginsWith(expected, actual);
  if (question.op === "topvalues")
    return topvaluesAgree(expected, actual, Number(question.args.topnbr ?? 10));
  if (question.op === "distinct") return distinctAgree(expected, actual);
  if (question.op === "get") return recordsAgree(expected, actual, question.args.sort !== undefined);
  return canonical(expected, false) === canonical(actual, false);
}
