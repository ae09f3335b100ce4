/** The import log: what was imported, and undoing one import. */
import { existsSync } from "node:fs";
import { UserError } from "../model/errors.ts";
import { publish } from "../store/publish.ts";
import type { Reading } from "../store/reader.ts";
import type { DeriveOptions } from "../view/options.ts";
import { nextIds, refreshTouched } from "../view/refresh.ts";
import { createTouched, deleteImport } from "./remove.ts";

export interface ImportRow {
  id: number;
  path: string;
  sha256: string;
  format: string;
  status: string;
  message: string | null;
  source: string | null;
  sensor: string | null;
  categories: string[];
  imported_at: string;
  hosts: number;
  down_hosts: number;
  observations: number;
  /** The scanner's command line and times, of the first run in the file. */
  args: string | null;
  start: string | null;
  end: string | null;
}

/** All imports, oldest first. */
export async function listImports(reading: Reading): Promise<ImportRow[]> {
  const iso = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ')`;
  const result = await reading.connection.runAndReadAll(
    `SELECT i.id, i.path, i.sha256, i.format, i.status, i.message, i.source, i.sensor,
            coalesce((SELECT to_json(list(value ORDER BY value)) FROM import_category AS c WHERE c.import_id = i.id),
                     '[]') AS categories,
            ${iso("i.imported_at")} AS imported_at, i.hosts::DOUBLE AS hosts, i.down_hosts::DOUBLE AS down_hosts,
            coalesce(i.observations, 0)::DOUBLE AS observations,
            r.args, ${iso("r.starttime")} AS start, ${iso("r.endtime")} AS "end"
     FROM import AS i LEFT JOIN (SELECT DISTINCT ON (import_id) * FROM run ORDER BY import_id, id) AS r
       ON r.import_id = i.id
     ORDER BY i.id`,
  );
  return result.getRowObjects().map((row) => ({
    ...(row as unknown as ImportRow),
    categories: JSON.parse(String(row.categories)) as string[],
  }));
}

/**
 * Removes an import with all its records and folds the addresses it touched anew.
 * @throws UserError when there is no such import.
 */
export async function removeImport(db: string, id: number, options: DeriveOptions): Promise<void> {
  const unknown = new UserError(`there is no import ${id}: "gadwall imports list" shows the ones there are`);
  if (!existsSync(db)) throw unknown;
  await publish(db, async (connection) => {
    const found = await connection.runAndReadAll("SELECT 1 FROM main.import WHERE id = ?", [id]);
    if (found.currentRowCount === 0) throw unknown;
    await createTouched(connection);
    await deleteImport(connection, id);
    await refreshTouched(connection, await nextIds(connection), options);
    return true;
  });
}
