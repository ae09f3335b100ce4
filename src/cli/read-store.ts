import { clean } from "../model/text.ts";
import { type Reading, Store } from "../store/reader.ts";
import { settingsOf } from "./settings.ts";
import { note } from "./terminal.ts";

/** The longest that timers know: who waits at a terminal has Ctrl+C, and a pager may be slow to read. */
export const NO_TIME_LIMIT = 2 ** 31 - 1;

/** Whether there is nothing to ask about, scans or feeds. */
export function holdsNothing({ empty, feedsAsOf }: Reading): boolean {
  return empty && (feedsAsOf ?? null) === null;
}

/**
 * Reads the database; says so on standard error when there is nothing in it.
 * @param isEmpty of questions that are not about scans only.
 */
export async function readStore<T>(
  args: { readonly [option: string]: unknown },
  work: (reading: Reading) => Promise<T>,
  isEmpty: (reading: Reading) => boolean = ({ empty }) => empty,
): Promise<T> {
  const { db } = settingsOf(args);
  const store = new Store(db, { timeLimit: NO_TIME_LIMIT });
  try {
    return await store.read((reading) => {
      if (isEmpty(reading)) note(`nothing imported yet into ${clean(db)}: gadwall import FILE`);
      return work(reading);
    });
  } finally {
    await store.close();
  }
}
