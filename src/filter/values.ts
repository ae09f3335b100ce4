/**
 * Conditions on the structured output of scripts (spec ivre §2.4): a path and either a value to be equal to
 * or an object of operators.
 *
 *     {"bits": 2048}                      equal, typed: the number 2048, not the text "2048"
 *     {"bits": {"$gte": 1024, "$lt": 2048}}
 *     {"subject.commonName": {"$regex": "^www", "$options": "i"}}
 */
import type { Json } from "../model/json.ts";
import { patternProblem } from "./pattern.ts";

export type Operator =
  | { op: "lt" | "lte" | "gt" | "gte"; value: string | number }
  | { op: "ne"; value: Json }
  | { op: "in"; values: Json[] }
  | { op: "regex"; pattern: string; flags: string };

export type Condition = { equals: Json } | { operators: Operator[] };

export const OPERATOR_NAMES = ["$lt", "$lte", "$gt", "$gte", "$ne", "$in", "$regex"] as const;
const MAX_CONDITIONS = 20;
const MAX_STEPS = 10;
const MAX_IN = 100;

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
      const flags = options ?? "";
      if (typeof flags !== "string" || !/^i?m?s?$/.test(flags))
        throw new Problem("$options wants flags out of i, m, s, in this order");
      const problem = patternProblem(value);
      if (problem !== null) throw new Problem(`its regular expression cannot be used: ${problem}`);
      return { op: "regex", pattern: value, flags };
    }
    default:
      throw new Problem(`“${key}” is not an operator (known: ${OPERATOR_NAMES.join(", ")})`);
  }
}

/** One condition as the compiler wants it; throws for what `valuesProblem` reports. */
export function readCondition(value: Json): Condition {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { equals: value };
  const keys = Object.keys(value);
  if (!keys.some((key) => key.startsWith("$"))) return { equals: value };
  if ("$options" in value && !("$regex" in value)) throw new Problem("$options goes with $regex");
  const { $options, ...operators } = value;
  return { operators: Object.entries(operators).map(([key, operand]) => operator(key, operand, $options)) };
}

/** The steps of a dotted path. */
export function pathSteps(path: string): string[] {
  return path.split(".");
}

/** Why these values cannot be asked for, as a sentence without its end; null when they can. */
export function valuesProblem(values: { [path: string]: Json }): string | null {
  const paths = Object.entries(values);
  if (paths.length > MAX_CONDITIONS) return `'values' holds more than ${MAX_CONDITIONS} conditions`;
  for (const [path, value] of paths) {
    const steps = pathSteps(path);
    if (steps.length > MAX_STEPS) return `the path “${path.slice(0, 60)}…” has more than ${MAX_STEPS} steps`;
    if (steps.includes("")) return `the path “${path.slice(0, 60)}” has an empty step`;
    try {
      readCondition(value);
    } catch (error) {
      if (error instanceof Problem)
        return `the condition on “${path.slice(0, 60)}” is not understood: ${error.message}`;
      throw error;
    }
  }
  return null;
}
