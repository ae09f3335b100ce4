/**
 * Keeping answers small: a client cuts tool output where it likes (Claude Code at 25,000 tokens), so we cut first,
 * between elements, and say what was cut.
 */
import type { Json } from "../model/json.ts";
import { cap, clean } from "../model/text.ts";

/** Characters of JSON that one answer may have. */
export const ANSWER_LIMIT = 30_000;

/** Characters that one text may have, then fewer and fewer while a record does not fit by itself. */
const TEXT_LIMITS = [4000, 1000, 250, 60];

export interface Bounded<T> {
  value: T;
  /** Texts that were shortened (each carries a mark where it was). */
  texts: number;
  /** Lists inside records that were shortened. */
  lists: number;
}

/**
 * As many leading elements as fit the limit, every text in them cleaned and capped. When not even the first one
 * fits it is shortened inside, so that there is always something to see.
 */
export function boundList(elements: readonly Json[], limit = ANSWER_LIMIT): Bounded<Json[]> {
  const kept: Bounded<Json[]> = { value: [], texts: 0, lists: 0 };
  let size = 2;
  for (const element of elements) {
    const tidied = tidy(element, TEXT_LIMITS[0]!);
    const length = JSON.stringify(tidied.value).length + 1;
    if (size + length > limit) {
      if (kept.value.length === 0) {
        const one = boundValue(element, limit - 2);
        return { ...one, value: [one.value] };
      }
      break;
    }
    size += length;
    kept.value.push(tidied.value);
    kept.texts += tidied.texts;
  }
  return kept;
}

/** One value within the limit: first its texts are shortened step by step, then its longest lists. */
export function boundValue(value: Json, limit = ANSWER_LIMIT): Bounded<Json> {
  for (const textLimit of TEXT_LIMITS) {
    const tidied = tidy(value, textLimit);
    if (JSON.stringify(tidied.value).length <= limit) return { ...tidied, lists: 0 };
  }
  const tidied = tidy(value, TEXT_LIMITS.at(-1)!);
  const shortened = new Set<Container>();
  while (JSON.stringify(tidied.value).length > limit) {
    const container = largestContainer(tidied.value);
    halve(container);
    shortened.add(container);
  }
  return { ...tidied, lists: shortened.size };
}

/** A copy with every text cleaned and capped; member names too, which may come from data. */
function tidy(value: Json, textLimit: number): { value: Json; texts: number } {
  let texts = 0;
  const shorten = (text: string): string => {
    const cleaned = clean(text);
    if (cleaned.length > textLimit) texts++;
    return cap(cleaned, textLimit);
  };
  const walk = (part: Json): Json => {
    if (typeof part === "string") return shorten(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, member]) => [shorten(name), walk(member)]));
  };
  return { value: walk(value), texts };
}

type Container = Json[] | { [key: string]: Json };

/** Objects up to this many members are records, whose members are not cut away; larger ones are tables. */
const RECORD_MEMBERS = 60;

/** The list (or table) that holds the most characters; the deeper one of two that hold about the same. */
function largestContainer(value: Json): Container {
  let largest: { container: Container; size: number } | undefined;
  const walk = (part: Json): void => {
    if (typeof part !== "object" || part === null) return;
    const cuttable = Array.isArray(part) ? part.length > 0 : sizeOf(part) > RECORD_MEMBERS;
    const size = cuttable ? JSON.stringify(part).length : 0;
    if (cuttable && (largest === undefined || size > largest.size * 0.8)) largest = { container: part, size };
    for (const member of Object.values(part)) walk(member);
  };
  walk(value);
  // A record of short texts without any list is far below every limit.
  return largest?.container ?? (value as Container);
}

function sizeOf(container: Container): number {
  return Array.isArray(container) ? container.length : Object.keys(container).length;
}

function halve(container: Container): void {
  const keep = Math.floor(sizeOf(container) / 2);
  if (Array.isArray(container)) container.length = keep;
  else for (const name of Object.keys(container).slice(keep)) delete container[name];
}
