import type { Json } from "../model/json.ts";

/**
 * What lies under a field path of a record: the value, or, when the path goes through lists, the list of all
 * values found (undefined when there is none).
 */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [name, ...rest] = path;
  if (value === undefined || name === undefined) return value;
  if (Array.isArray(value)) {
    const found = value.flatMap((element) => valueAt(element, path) ?? []);
    return found.length === 0 ? undefined : found;
  }
  if (value === null || typeof value !== "object") return undefined;
  // A member name may hold dots itself; names of records do not.
  return Object.hasOwn(value, name) ? valueAt(value[name], rest) : undefined;
}
