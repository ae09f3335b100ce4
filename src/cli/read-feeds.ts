import { type Reading, Store } from "../store/reader.ts";
import { NO_TIME_LIMIT } from "./read-store.ts";
import { settingsOf } from "./settings.ts";

/** Reads the database for a question about feeds: scans need not be there. */
export async function readFeeds<T>(
  args: { readonly [option: string]: unknown },
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const store = new Store(settingsOf(args).db, { timeLimit: NO_TIME_LIMIT });
  try {
    return await store.read(work);
  } finally {
    await store.close();
  }
}
