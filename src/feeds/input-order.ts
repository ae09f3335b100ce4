/** Several lists of one feed in one import: which is the older one, and when that cannot be told. */
import { stat } from "node:fs/promises";
import { UserError } from "../model/errors.ts";
import type { FeedInput, ListInput } from "./inputs.ts";
import type { FeedLimits } from "./parse/limits.ts";
import type { ListFile } from "./parse/list-builder.ts";
import { peekHeader } from "./read-list.ts";
import { contentHash } from "./store-list.ts";

/** Lists by feed, of the feeds that come more than once. */
function repeated(inputs: readonly FeedInput[]): [string, ListInput[]][] {
  const lists = inputs.filter((input) => input.kind === "list").filter(({ feed }) => feed !== null);
  return [...Map.groupBy(lists, ({ feed }) => feed!)].filter(([, group]) => group.length > 1);
}

/** Several lists of one feed come in the order of their dates, whatever the order of the command line. */
export async function inOrder(inputs: readonly FeedInput[], limits: FeedLimits): Promise<FeedInput[]> {
  const dates = new Map<FeedInput, readonly [number, number]>();
  for (const [, group] of repeated(inputs)) {
    for (const one of group) {
      if (one.input.stdin) continue;
      const header = await peekHeader(one.input, limits);
      // Reading the file will tell what is wrong with it.
      const written = (await stat(one.input.path).catch(() => null))?.mtimeMs ?? 0;
      const fileDate = header?.fileDate ?? Math.floor(written / 1000);
      dates.set(one, [header?.sourceDate ?? fileDate, fileDate]);
    }
  }
  const dateOf = (input: FeedInput): readonly [number, number] => dates.get(input) ?? [0, 0];
  return inputs.toSorted((a, b) => {
    const [first, second] = [dateOf(a), dateOf(b)];
    return first[0] - second[0] || first[1] - second[1];
  });
}

/** Files of an unpacked archive or a clone are written moments apart, which says nothing of their lists. Seconds. */
const MOMENT = 60;

interface Seen {
  path: string;
  hash: string;
  sourceDate: number | null;
  fileDate: number | null;
  /** The file date is of the header. */
  stated: boolean;
}

/**
 * Two lists of one feed in one import are two versions when their dates tell which is the older one; otherwise the
 * second one would be taken for a change.
 */
export class Clashes {
  readonly #seen: ReadonlyMap<string, Seen[]>;

  constructor(inputs: readonly FeedInput[]) {
    this.#seen = new Map(repeated(inputs).map(([feed]) => [feed, []]));
  }

  /** @throws UserError that names the file that came before. */
  check(
    feed: string,
    given: { path: string; list: ListFile; sourceDate: number | null; fileDate: number | null },
  ): void {
    const before = this.#seen.get(feed);
    if (before === undefined) return;
    const { list, ...dates } = given;
    const one: Seen = { ...dates, hash: contentHash(list), stated: list.header?.fileDate != null };
    const other = before.find((seen) => seen.hash !== one.hash && sameDate(seen, one));
    if (other !== undefined)
      throw new UserError(
        `${other.path} is another list of ${feed} of the same date, and it cannot be told which is the newer one; import the right one alone`,
      );
    before.push(one);
  }
}

function sameDate(a: Seen, b: Seen): boolean {
  if (a.sourceDate !== b.sourceDate) return false;
  const apart = Math.abs((a.fileDate ?? 0) - (b.fileDate ?? 0));
  if (a.stated && b.stated) return apart === 0;
  return a.sourceDate !== null || apart < MOMENT;
}
