/**
 * Conditions on the structured output of scripts (spec ivre §2.4): a dotted path and either a value to be equal
 * to or an object of operators.
 *
 *     {"bits": 2048}                      equal, typed: the number 2048, not the text "2048"
 *     {"bits": {"$gte": 1024, "$lt": 2048}}
 *     {"subject.commonName": {"$regex": "^www", "$options": "i"}}
 *
 * Texts are literals: what looks like a `/regex/` may well be the path of a file.
 */
import type { Json } from "../model/json.ts";
import { patternProblem } from "./pattern.ts";

/** Conditions by path, all of which hold. */
export type Values = { [path: string]: Json };

export type Operator =
  | { op: "lt" | "lte" | "gt" | "gte"; value: string | number }
  | { op: "ne"; value: Json }
  | { op: "in"; values: Json[] }
  | { op: "regex"; pattern: string; flags: string };

export type Condition = { equals: Json } | { operators: Operator[] };

const OPERATOR_NAMES = ["$lt", "$lte", "$gt", "$gte", "$ne", "$in", "$regex"] as const;
const MAX_CONDITIONS = 20;
const MAX_PATH = 500;
const MAX_STEPS = 10;
const MAX_IN = 100;
const MAX_TEXT = 10_000;
/** Values inside each other, and in all of a filter's conditions. */
const MAX_DEPTH = 10;
const MAX_VALUES = 500;

class Problem extends Error {}

function order(op: "lt" | "lte" | "gt" | "gte", value: Json): Operator {
  if (typeof value !== "number" && typeof value !== "string")
    throw new Problem(`$${op} compares with a number or a text`);
  return { op, value };
}

function operator(key: string, value: Json, options: Json | undefined): Operator {
  switch (key) {
    case "$lt":
      return order("lt", value);
    case "$lte":
      return order("lte", value);
    case "$gt":
      return order("gt", value);
    case "$gte":
      return order("gte", value);
    case "$ne":
      return { op: "ne", value };
    case "$in":
      if (!Array.isArray(value) || value.length === 0 || value.length > MAX_IN)
        throw new Problem(`$in wants a list of 1 to ${MAX_IN} values`);
      return { op: "in", values: value };
    case "$regex": {
      if (typeof value !== "string") throw new Problem("$regex wants a text");
      if (options !== undefined && (typeof options !== "string" || !/^[ims]*$/.test(options)))
        throw new Problem("$options wants flags out of i, m, s");
      const flags = [..."ims"].filter((flag) => options?.includes(flag)).join("");
      const problem = patternProblem(value);
      if (problem !== null) throw new Problem(`its regular expression cannot be used: ${problem}`);
      return { op: "regex", pattern: value, flags };
    }
    default:
      throw new Problem(`“${shown(key)}” is not an operator (known: ${OPERATOR_NAMES.join(", ")})`);
  }
}

/** One condition as the compiler wants it; throws for what `valuesProblem` reports. */
export function readCondition(value: Json): Condition {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { equals: value };
  const keys = Object.keys(value);
  if (!keys.some((key) => key.startsWith("$"))) return { equals: value };
  if (Object.hasOwn(value, "$options") && !Object.hasOwn(value, "$regex"))
    throw new Problem("$options goes with $regex");
  const { $options, ...operators } = value;
  return { operators: Object.entries(operators).map(([key, operand]) => operator(key, operand, $options)) };
}

/** The steps of a dotted path. */
export function pathSteps(path: string): string[] {
  return path.split(".");
}

/** The start of a text of the user's. */
function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function checkPath(path: string): void {
  const steps = pathSteps(path);
  if (path.length > MAX_PATH) throw new Problem(`it is longer than ${MAX_PATH} characters`);
  if (steps.length > MAX_STEPS) throw new Problem(`it has more than ${MAX_STEPS} steps`);
  if (steps.includes("")) throw new Problem("it has an empty step");
  if (path.startsWith("$"))
    throw new Problem('operators stand inside a condition, as in {"bits": {"$lt": 2048}}');
}

/**
 * Throws unless it is plain JSON within bounds; gives the number of values that it holds. Operators stand at depth 0
 * only: deeper they would be members that nothing has.
 */
function checkJson(value: unknown, depth: number): number {
  if (depth > MAX_DEPTH) throw new Problem(`values are nested more than ${MAX_DEPTH} levels deep`);
  switch (typeof value) {
    case "boolean":
      return 1;
    case "string":
      if (value.length > MAX_TEXT) throw new Problem(`a text is longer than ${MAX_TEXT} characters`);
      return 1;
    case "number":
      if (!Number.isFinite(value)) throw new Problem("a number is too large");
      return 1;
    case "object":
      break;
    default:
      throw new Problem("it is no JSON value");
  }
  if (value === null) return 1;
  let size = 1;
  for (const [key, member] of Object.entries(value)) {
    if (depth > 0 && !Array.isArray(value) && key.startsWith("$"))
      throw new Problem(
        `“${shown(key)}” stands inside another value: write the path to it with dots, as in {"subject.commonName": {"$regex": "^www"}}`,
      );
    size += checkJson(member, depth + 1);
    if (size > MAX_VALUES) break;
  }
  return size;
}

/** Runs a check: its problem behind what was looked at, or null. */
function problemOf(what: string, check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof Problem) return `${what}: ${error.message}`;
    throw error;
  }
}

/** Why these values cannot be asked for, as a sentence without its end; null when they can. Takes anything. */
export function valuesProblem(values: unknown): string | null {
  if (typeof values !== "object" || values === null || Array.isArray(values))
    return "'values' wants an object of paths and values";
  const paths = Object.entries(values);
  if (paths.length > MAX_CONDITIONS) return `'values' holds more than ${MAX_CONDITIONS} conditions`;
  let size = 0;
  for (const [path, value] of paths) {
    const problem =
      problemOf(`the path “${shown(path)}” cannot be used`, () => checkPath(path)) ??
      problemOf(`the condition on “${shown(path)}” is not understood`, () => {
        size += checkJson(value, 0);
        readCondition(value as Json);
      });
    if (problem !== null) return problem;
    if (size > MAX_VALUES) return `'values' holds more than ${MAX_VALUES} values: use $regex, or fewer`;
  }
  return null;
}
