import type { Database } from "bun:sqlite";

/**
 * What a client calls itself, or its identifier where it gave no name; null for an unknown one. Anybody can register
 * under any name.
 */
export function clientName(database: Database, clientId: string): string | null {
  const row = database
    .query<{ name: string | null }, [string]>("select name from oauthClient where clientId = ?")
    .get(clientId);
  return row === null ? null : row.name || clientId;
}
