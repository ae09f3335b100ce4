/**
 * Bringing everything derived up to date after records came or went: facts of single records, then the view
 * of the touched addresses. When a derive step or the reference data changed since the file was written (or
 * was switched on or off), everything is derived anew.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { ACTIVE_SCHEMAS } from "../store/tables.ts";
import { DERIVE_STEPS, derive } from "./derive.ts";
import { derivePassive, PASSIVE_RECIPE } from "./derive-passive.ts";
import { FOLD_VERSION, fold } from "./fold.ts";
import { enrich } from "./geo.ts";
import { geoVersion } from "./geo-files.ts";
import type { DeriveOptions } from "./options.ts";
import { makeRoom } from "./room.ts";

const META_KEY = "derived_with";

/** Names everything that derived rows depend on besides the records. */
async function recipe(options: DeriveOptions): Promise<string> {
  const steps = DERIVE_STEPS.map((step) => `${step.name} ${step.version}`);
  const geo = options.geo ? await geoVersion() : "off";
  const ports = options.closeUnlisted ? "by time" : "as IVRE";
  const vulners = options.vulnersAsVulns ? "vulns" : "own";
  return [
    ...steps,
    ...PASSIVE_RECIPE,
    `fold ${FOLD_VERSION}`,
    `geo ${geo}`,
    `ports ${ports}`,
    `vulners ${vulners}`,
  ].join("; ");
}

async function storedRecipe(connection: DuckDBConnection): Promise<string | null> {
  const rows = await connection.runAndReadAll("SELECT value FROM main.meta WHERE key = ?", [META_KEY]);
  const value = rows.getRows()[0]?.[0];
  return typeof value === "string" ? value : null;
}

const LOCATED = [...ACTIVE_SCHEMAS.map((schema) => `${schema}.host`), "passive.record"];

async function forgetGeo(connection: DuckDBConnection): Promise<void> {
  for (const table of LOCATED) {
    await connection.run(
      `UPDATE ${table} SET country_code = NULL, country_name = NULL, as_num = NULL, as_name = NULL
       WHERE country_code IS NOT NULL OR as_num IS NOT NULL`,
    );
  }
}

/** Derives everything anew, for all records and addresses. */
export async function refreshAll(connection: DuckDBConnection, options: DeriveOptions): Promise<void> {
  await makeRoom(connection);
  await derive(connection, "nmap", 0, options);
  await derivePassive(connection, 0);
  if (options.geo) {
    await enrich(connection, "nmap", "all");
    await enrich(connection, "passive", "all");
  } else await forgetGeo(connection);
  await fold(connection, "all", options);
  await connection.run("DELETE FROM main.meta WHERE key = ?", [META_KEY]);
  await connection.run("INSERT INTO main.meta VALUES (?, ?)", [META_KEY, await recipe(options)]);
}

/** The ids that the next host and the next passive record will get. */
export interface NextIds {
  host: number;
  record: number;
}

/** What there is now: everything from these ids on is new later. */
export async function nextIds(connection: DuckDBConnection): Promise<NextIds> {
  const rows = await connection.runAndReadAll(
    "SELECT (SELECT coalesce(max(id), 0) + 1 FROM nmap.host), (SELECT coalesce(max(id), 0) + 1 FROM passive.record)",
  );
  const [host, record] = rows.getRows()[0] ?? [];
  return { host: Number(host), record: Number(record) };
}

/**
 * Derives what the hosts and passive records from these ids on need, and folds the addresses of the temporary
 * table `touched(addr UHUGEINT)`; all of it when the recipe changed.
 */
export async function refreshTouched(
  connection: DuckDBConnection,
  from: NextIds,
  options: DeriveOptions,
): Promise<void> {
  if ((await storedRecipe(connection)) !== (await recipe(options))) return refreshAll(connection, options);
  await makeRoom(connection);
  await derive(connection, "nmap", from.host, options);
  await derivePassive(connection, from.record);
  if (options.geo) {
    await enrich(connection, "nmap", { hostIdsFrom: from.host });
    await enrich(connection, "passive", { hostIdsFrom: from.record });
  }
  await fold(connection, "touched", options);
}
