/** What the property tests over random records share. */
import type { Json } from "../../src/model/json.ts";

/** A small generator with a fixed seed (mulberry32): the same records in every run. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The values at a path of a record, arrays unwound. */
export function valuesAt(value: Json, path: readonly string[]): Json[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  if (path.length === 0) return [value];
  if (value === null || typeof value !== "object") return [];
  const member = value[path[0]!];
  return member === undefined ? [] : valuesAt(member, path.slice(1));
}
