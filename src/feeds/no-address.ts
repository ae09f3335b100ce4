import { UserError } from "../model/errors.ts";
import type { ListFile, SkippedLine } from "./parse/list-builder.ts";
import { count4, count6, merge4, merge6 } from "./ranges.ts";
import { tellSkipped } from "./skipped.ts";

/** A file that is no list: lines or values, but no address in any. */
export class NoAddress extends UserError {
  readonly skipped: Readonly<Record<string, number>>;
  readonly examples: readonly SkippedLine[];

  constructor(message: string, { skipped, examples }: ListFile) {
    super(message);
    this.skipped = Object.fromEntries(skipped);
    this.examples = examples;
  }
}

/**
 * Refuses what is no list, so that the stored list stays. An empty list is a list.
 * @param column that was asked for; null for none.
 * @param hint what to do about a file without addresses.
 * @throws NoAddress without any address; UserError for the whole address space in pieces.
 */
export function refuseGarbage(list: ListFile, column: string | null = null, hint = ""): void {
  if (list.v4.lo.length > 0 || list.v6.lo.length > 0) {
    refuseEverything(list);
    return;
  }
  const told = tellSkipped(Object.fromEntries(list.skipped), list.examples);
  if (told === null) return;
  const noColumn = column !== null && list.skipped.size === 1 && list.skipped.has("no_column");
  throw new NoAddress(
    noColumn ? `there is no column ${column} in it: ${told}` : `there is no address in it: ${told}${hint}`,
    list,
  );
}

const ALL4 = 2 ** 32;

/** `0.0.0.0/1` and `128.0.0.0/1` block as much as the `0.0.0.0/0` that is refused as a line. */
function refuseEverything({ v4, v6 }: ListFile): void {
  let sum = 0;
  for (let i = 0; i < v4.lo.length; i++) sum += v4.hi[i]! - v4.lo[i]! + 1;
  const all6 = (): boolean => {
    const merged = merge6(v6);
    return merged.lo.length === 1 && count6(merged).span === 2n ** 128n - 1n;
  };
  if ((sum >= ALL4 && count4(merge4(v4)) === ALL4) || (v6.lo.includes(0n) && all6()))
    throw new UserError("together its lines are the whole address space, which is no list");
}
