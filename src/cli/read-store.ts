import { type Reading, Store } from "../store/reader.ts";
import { settingsOf } from "./settings.ts";
import { note } from "./terminal.ts";

/** The longest that timers know: who waits at a terminal has Ctrl+C, and a pager may be slow to read. */
export const NO_TIME_LIMIT = 2 ** 31 - 1;

/** Reads the database; says so on standard error when there is nothing in it. */
export async function readStore<T>(
  args: { readonly [option: string]: unknown },
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const store = new Store(settingsOf(args).db, { timeLimit: NO_TIME_LIMIT });
  try {
    return await store.read((reading) => {
      if (reading.empty) note("nothing imported yet: gadwall import FILE");
      return work(reading);
    });
  } finally {
    await store.close();
  }
}
