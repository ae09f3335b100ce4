/**
 * How often something may be tried in a quarter of an hour. Counted in the accounts file, so that neither many tries at
 * once, nor another process, nor a restart get round it.
 */
import type { Database } from "bun:sqlite";

const WINDOW_MS = 15 * 60_000;

/** What is tried, whom it is about, and the network (networkKey) that it comes from. */
export interface Attempt {
  kind: "password" | "link" | "register";
  who: string;
  network: string;
  /** Counts for the pair of `who` and `network` alone, neither against the network nor against `who` elsewhere. */
  apart?: boolean;
}

/** How many of a kind may be made in a window. */
export interface Bounds {
  /** About one from one network. */
  pair: number;
  /** From one network, whoever it is about. */
  network: number;
  /** About one, from wherever. */
  who: number;
}

/**
 * Counts an attempt. The window of a pair begins with its first one; what is refused counts for nothing.
 * @returns 0 when it may go on, else the seconds to wait.
 */
export function countAttempt(
  database: Database,
  { kind, who, network, apart = false }: Attempt,
  most: Bounds,
  now: number,
): number {
  return database
    .transaction(() => {
      database.run("delete from attempt where since <= ?", [now - WINDOW_MS]);
      const waits = [waitFor(database, "who = ? and network = ?", [kind, who, network], most.pair, now)];
      if (!apart)
        waits.push(
          waitFor(database, "network = ? and apart = 0", [kind, network], most.network, now),
          waitFor(database, "who = ? and apart = 0", [kind, who], most.who, now),
        );
      const wait = Math.max(...waits);
      if (wait === 0)
        database.run(
          `insert into attempt (kind, who, network, apart, count, since) values (?, ?, ?, ?, 1, ?)
           on conflict (kind, who, network) do update set count = count + 1`,
          [kind, who, network, apart ? 1 : 0, now],
        );
      return wait;
    })
    .immediate();
}

/** What was counted of this pair counts no more, for the network and elsewhere either. */
export function forgiveAttempts(database: Database, { kind, who, network }: Attempt): void {
  database.run("delete from attempt where kind = ? and who = ? and network = ?", [kind, who, network]);
}

/** Seconds until there is room for one more: no more than `most` are ever counted, so the first to leave makes it. */
function waitFor(
  database: Database,
  which: "who = ? and network = ?" | "network = ? and apart = 0" | "who = ? and apart = 0",
  values: string[],
  most: number,
  now: number,
): number {
  const row = database
    .query<{ counted: number; since: number }, string[]>(
      `select coalesce(sum(count), 0) as counted, min(since) as since from attempt where kind = ? and ${which}`,
    )
    .get(...values);
  return row === null || row.counted < most ? 0 : Math.ceil((row.since + WINDOW_MS - now) / 1000);
}
