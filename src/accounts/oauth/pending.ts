/**
 * Authorization requests that wait for somebody's consent: each under a random name that only the browser knows, which
 * finds it once. Kept in the accounts file, so that any process of the server can go on with it.
 */
import type { Database } from "bun:sqlite";
import { randomBytes } from "node:crypto";
import { tokenHash } from "../token-hash.ts";

/**
 * So many may wait. Asking is open to everybody: above that the oldest one goes of the network that has most, so that who
 * fills it up loses his own.
 */
const MOST = 10_000;

/** The parameters of a request that is in order, and where it came from. */
export class Asked extends URLSearchParams {
  /** As networkKey() says. */
  readonly network: string;

  constructor(network: string) {
    super();
    this.network = network;
  }
}

/**
 * Keeps a request.
 * @returns its name.
 */
export function keep(database: Database, asked: Asked, seconds: number, now = Date.now()): string {
  const name = randomBytes(32).toString("base64url");
  database
    .transaction(() => {
      sweepRequests(database, now);
      database.run(
        "insert into consentRequest (name, clientId, network, parameters, expiresAt) values (?, ?, ?, ?, ?)",
        [
          tokenHash(name),
          asked.get("client_id") ?? "",
          asked.network,
          asked.toString(),
          now + seconds * 1000,
        ],
      );
      const waiting = database
        .query<{ count: number }, []>("select count(*) as count from consentRequest")
        .get();
      if (waiting !== null && waiting.count > MOST)
        database.run(
          `delete from consentRequest where id = (
             select min(id) from consentRequest group by network order by count(*) desc, min(id) limit 1)`,
        );
    })
    .immediate();
  return name;
}

interface Row {
  parameters: string;
  expiresAt: number;
}

/** The parameters of a request; null when it is unknown, answered or expired. */
export function find(database: Database, name: string): URLSearchParams | null {
  return parametersOf(
    database
      .query<Row, [string]>("select parameters, expiresAt from consentRequest where name = ?")
      .get(tokenHash(name)),
  );
}

/** The same, and it cannot be found again: of several who try, one gets it. */
export function take(database: Database, name: string): URLSearchParams | null {
  return parametersOf(
    database
      .query<Row, [string]>("delete from consentRequest where name = ? returning parameters, expiresAt")
      .get(tokenHash(name)),
  );
}

function parametersOf(row: Row | null): URLSearchParams | null {
  return row === null || row.expiresAt <= Date.now() ? null : new URLSearchParams(row.parameters);
}

/** Forgets those that nobody answered in time. */
export function sweepRequests(database: Database, now = Date.now()): void {
  database.run("delete from consentRequest where expiresAt <= ?", [now]);
}
