/**
 * Clients that registered and that nobody has let in yet. Registering is open to everybody, so what may lie there is
 * bounded, and who fills it up loses his own.
 */
import type { Database } from "bun:sqlite";
import { networkKey } from "../../model/network.ts";
import { type Bounds, countAttempt } from "../attempts.ts";

/** In a quarter of an hour from one network: fewer in a day than MOST, so that one network cannot fill it. */
const RATE: Bounds = { pair: 40, network: 40, who: Number.POSITIVE_INFINITY };
const MOST = 4000;
/** Whoever adds a server to a client consents in the next minutes. */
const KEPT_MS = 86_400_000;

const NOT_LET_IN = "not exists (select 1 from oauthConsent k where k.clientId = c.clientId)";

/**
 * Counts that a client wants to register.
 * @returns 0 when it may, else the seconds to wait.
 */
export function countRegistration(database: Database, address: string, now = Date.now()): number {
  return countAttempt(database, { kind: "register", who: "", network: networkKey(address) }, RATE, now);
}

/** A client as it has registered. */
export interface Registered {
  clientId: string;
  redirectUris: readonly string[];
}

/**
 * Notes where a client came from that has registered, and all that its codes may be sent to; when there are too many, the
 * oldest one goes of the network with most.
 */
export function noteRegistration(
  database: Database,
  { clientId, redirectUris }: Registered,
  address: string,
): void {
  database
    .transaction(() => {
      database.run("update oauthClient set redirectUris = ? where clientId = ?", [
        JSON.stringify(redirectUris),
        clientId,
      ]);
      database.run("insert into registration (clientId, network) values (?, ?)", [
        clientId,
        networkKey(address),
      ]);
      const waiting = database
        .query<{ count: number }, []>(`select count(*) as count from oauthClient c where ${NOT_LET_IN}`)
        .get();
      if (waiting !== null && waiting.count > MOST)
        database.run(
          `delete from oauthClient where rowid = (
             select min(c.rowid) from oauthClient c left join registration r on r.clientId = c.clientId
             where ${NOT_LET_IN}
             group by coalesce(r.network, 'unknown') order by count(*) desc, min(c.rowid) limit 1)`,
        );
    })
    .immediate();
}

/** Forgets those whom nobody let in for a day, unless somebody is being asked just now. */
export function sweepRegistrations(database: Database, now = Date.now()): void {
  database.run(
    `delete from oauthClient as c where createdAt <= ? and ${NOT_LET_IN}
       and not exists (select 1 from consentRequest q where q.clientId = c.clientId and q.expiresAt > ?)`,
    [new Date(now - KEPT_MS).toISOString(), now],
  );
}
