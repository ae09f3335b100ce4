/**
 * Combining filters, and the one form in which equal filters look equal: nested `and`s and `or`s are merged,
 * repetitions and neutral parts dropped, parts and lists sorted, keys in a fixed order.
 */
import type { Json } from "../model/json.ts";
import { ALL, type Filter } from "./ast.ts";

type List = "and" | "or";

/** JSON with sorted keys and without undefined members: equal data, equal text. */
export function canonicalJson(value: Json | Filter | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(",")}}`;
}

function list(kind: List, parts: readonly Filter[]): Filter {
  const flat = new Map<string, Filter>();
  for (const part of parts)
    for (const piece of part.k === kind ? part.of : [part]) flat.set(canonicalJson(piece), piece);
  const isAll = canonicalJson(ALL);
  if (kind === "or" && flat.has(isAll)) return ALL;
  if (kind === "and") {
    flat.delete(isAll);
    if (flat.size === 0) return ALL;
  }
  const of = [...flat].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, piece]) => piece);
  return of.length === 1 ? of[0]! : { k: kind, of };
}

/** Every filter holds; filters that hold for all records fall away (spec ivre §2.6). */
export function and(...filters: readonly Filter[]): Filter {
  return list("and", filters);
}

/** Some filter holds; one that holds for all records makes it hold for all. `or()` holds for none. */
export function or(...filters: readonly Filter[]): Filter {
  return list("or", filters);
}

/** The exact complement. */
export function not(filter: Filter): Filter {
  return filter.k === "not" ? filter.of : { k: "not", of: filter };
}

/** Sorted without repetitions; order is that of the canonical texts. */
function sortedSet<T extends Json>(values: readonly T[]): T[] {
  const set = new Map(values.map((value) => [canonicalJson(value), value]));
  return [...set].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** The canonical form of a filter; it selects the same records. */
export function canonical(filter: Filter): Filter {
  switch (filter.k) {
    case "and":
      return and(...filter.of.map(canonical));
    case "or":
      return or(...filter.of.map(canonical));
    case "not":
      return not(canonical(filter.of));
    case "host":
      return { ...filter, addrs: sortedSet(filter.addrs) };
    case "country":
      return { ...filter, codes: sortedSet(filter.codes) };
    case "asnum":
      return { ...filter, nums: sortedSet(filter.nums) };
    case "port":
      return filter.port === undefined ? filter : { ...filter, port: sortedSet(filter.port) };
    default:
      return filter;
  }
}
