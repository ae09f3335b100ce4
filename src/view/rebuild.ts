/** Rebuilding everything that is derived: facts of single records and the whole view. */
import { existsSync } from "node:fs";
import { UserError } from "../model/errors.ts";
import { publish } from "../store/publish.ts";
import type { DeriveOptions } from "./options.ts";
import { refreshAll } from "./refresh.ts";

/**
 * Runs every derive step for all records and folds all addresses.
 * @returns the number of view records.
 * @throws UserError when there is no database.
 */
export async function rebuildView(db: string, options: DeriveOptions): Promise<number> {
  if (!existsSync(db)) {
    throw new UserError(
      `there is no database ${db} yet: nothing to rebuild; start with "gadwall import FILE"`,
    );
  }
  let hosts = 0;
  await publish(db, async (connection) => {
    await refreshAll(connection, options);
    const count = await connection.runAndReadAll("SELECT count(*) FROM view.host");
    hosts = Number(count.getRows()[0]?.[0]);
    return true;
  });
  return hosts;
}
