/**
 * Paths into JSON: names joined by dots, `[*]` for every element, `[key=value]` and `[key^=beginning]` for the
 * elements that match; several paths are joined by ` | `.
 */
import type { Json } from "../../model/json.ts";

type Selector =
  | { kind: "member"; name: string }
  | { kind: "each" }
  | { kind: "where"; key: string; value: string; prefix: boolean };

export type JsonPath = readonly (readonly Selector[])[];

const SELECTOR = /\.?([^.[\]|\s]+)|\[\*\]|\[([^.[\]|\s=^]+)(\^?=)([^[\]|]+)\]/y;

/** Null for what is no path. */
export function parseJsonPath(text: string): JsonPath | null {
  const paths = text.split(" | ").map(selectors);
  return paths.every((path) => path !== null) ? (paths as Selector[][]) : null;
}

function selectors(text: string): Selector[] | null {
  const path: Selector[] = [];
  SELECTOR.lastIndex = 0;
  while (SELECTOR.lastIndex < text.length) {
    const dotted = text[SELECTOR.lastIndex] === ".";
    const match = SELECTOR.exec(text);
    // Names are joined by dots: no dot before the first one, one before each other.
    if (match === null || (match[1] !== undefined && dotted === (path.length === 0))) return null;
    const [, name, key, operator, value] = match;
    if (name !== undefined) path.push({ kind: "member", name });
    else if (key !== undefined) path.push({ kind: "where", key, value: value!, prefix: operator === "^=" });
    else path.push({ kind: "each" });
  }
  return path.length === 0 ? null : path;
}

/**
 * Gives every value at the end of the paths, path by path, in the order of the document.
 * @returns whether any path led somewhere: to a value of any kind, or into a list without elements.
 */
export function findValues(root: Json, paths: JsonPath, found: (value: Json) => void): boolean {
  return paths.map((path) => walk(root, path, 0, found)).includes(true);
}

function walk(value: Json, path: readonly Selector[], at: number, found: (value: Json) => void): boolean {
  const selector = path[at];
  if (selector === undefined) {
    found(value);
    return true;
  }
  if (selector.kind === "member") {
    const next = member(value, selector.name);
    return next !== undefined && walk(next, path, at + 1, found);
  }
  if (!Array.isArray(value)) return false;
  let led = value.length === 0;
  for (const element of value) {
    if (selector.kind === "where" && !matches(element, selector)) continue;
    if (walk(element, path, at + 1, found)) led = true;
  }
  return led;
}

/** Only what the document itself says: no inherited members. */
function member(value: Json, name: string): Json | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function matches(element: Json, { key, value, prefix }: Extract<Selector, { kind: "where" }>): boolean {
  const own = member(element, key);
  if (typeof own !== "string") return false;
  return prefix ? own.startsWith(value) : own === value;
}
