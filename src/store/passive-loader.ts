/**
 * Turning observations into passive records. Observations are added up in memory as they come (logs repeat
 * themselves a lot), staged in a temporary table, and merged into schema `passive` by SQL once a file is read.
 */
import { type DuckDBConnection, UHUGEINT } from "@duckdb/node-api";
import { formatAddress, toV4 } from "../model/ip.ts";
import type { Json } from "../model/json.ts";
import type { Observation } from "../model/passive.ts";
import { jsonText } from "./json-text.ts";
import { RowWriter } from "./rows.ts";
import type { Columns } from "./tables.ts";

const STAGE = {
  addr: "UHUGEINT",
  v4: "UINTEGER",
  targetval: "VARCHAR",
  recontype: "VARCHAR",
  source: "VARCHAR",
  value: "VARCHAR",
  sensor: "VARCHAR",
  port: "INTEGER",
  firstseen: "TIMESTAMP",
  lastseen: "TIMESTAMP",
  count: "BIGINT",
  infos: "JSON",
} as const satisfies Columns;

const INFOS = { key: "UHUGEINT", infos: "JSON" } as const satisfies Columns;

/** What makes two observations one record; v4 says nothing more than addr. */
const IDENTITY = "addr, v4, targetval, recontype, source, value, sensor, port";

/**
 * The identity as one text: a list keeps apart what a mere concatenation would not. Hexadecimal, since DuckDB
 * writes an UHUGEINT in decimal at 6 µs each: twenty times as long as everything else here.
 */
const KEY =
  "md5_number(to_json([hex(addr), targetval, recontype, source, value, sensor, port::VARCHAR])::VARCHAR)";

/** Different observations, and characters of their values, held in memory before they are staged. */
const MAX_HELD = 40_000;
const MAX_HELD_TEXT = 8 * 1024 * 1024;

/**
 * Kinds, and sources of kinds, whose value says all there is: no infos to derive. They are nearly all of what
 * sensors see.
 */
const PLAIN = `recontype IN ('DNS_ANSWER', 'OPEN_PORT', 'MAC_ADDRESS')
  OR (recontype, coalesce(source, '')) IN (('HTTP_CLIENT_HEADER', 'USER-AGENT'),
     ('HTTP_CLIENT_HEADER_SERVER', 'HOST'), ('SSL_SERVER', 'sni'), ('SSL_SERVER', 'version'))`;

/** Two objects of facts as one; of facts that contradict each other always the same wins, whichever came first. */
const united = (a: string, b: string): string =>
  `CASE WHEN ${a} IS NULL THEN ${b} WHEN ${b} IS NULL THEN ${a}
   ELSE json_merge_patch(least(${a}::VARCHAR, ${b}::VARCHAR), greatest(${a}::VARCHAR, ${b}::VARCHAR)) END`;

/** New records whose infos are derived at a time. */
const INFOS_BATCH = 10_000;

function ddl(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `"${name}" ${type}`)
    .join(", ");
}

/** A missing time is unknown, so the other one stands; as min(), least() and their like treat NULL in DuckDB. */
function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

/** What can be said of a record by its value alone. */
export type DeriveInfos = (observation: Observation) => { [key: string]: Json } | undefined;

export class PassiveLoader {
  readonly #connection: DuckDBConnection;
  readonly #stage: RowWriter;
  readonly #held = new Map<string, Observation>();
  #heldText = 0;

  private constructor(connection: DuckDBConnection, stage: RowWriter) {
    this.#connection = connection;
    this.#stage = stage;
  }

  static async open(connection: DuckDBConnection): Promise<PassiveLoader> {
    await connection.run(`CREATE OR REPLACE TEMP TABLE stage (${ddl(STAGE)})`);
    await connection.run(`CREATE OR REPLACE TEMP TABLE fresh_infos (${ddl(INFOS)})`);
    return new PassiveLoader(connection, await RowWriter.open(connection, "main", "stage", STAGE, "temp"));
  }

  /** Takes one observation; the object may be kept and changed. */
  add(observation: Observation): void {
    const { addr, port, recontype, source, sensor, targetval, value, infos } = observation;
    // The lengths tell where each text ends, and undefined from the text "undefined".
    const lengths = `${recontype.length} ${source?.length} ${sensor?.length} ${targetval?.length} ${value.length}`;
    // Different facts of one thing are united once all are there: what is held together is a matter of what else came.
    const facts = infos === undefined ? "" : JSON.stringify(infos);
    const key = `${addr} ${port} ${lengths} ${recontype}${source}${sensor}${targetval}${value}${facts}`;
    const held = this.#held.get(key);
    if (held !== undefined) {
      held.count += observation.count;
      held.firstseen = earlier(held.firstseen, observation.firstseen);
      held.lastseen = later(held.lastseen, observation.lastseen);
      return;
    }
    this.#held.set(key, observation);
    this.#heldText += key.length;
    if (this.#held.size >= MAX_HELD || this.#heldText >= MAX_HELD_TEXT) this.#send();
  }

  #send(): void {
    for (const held of this.#held.values()) {
      this.#stage.add(
        held.addr,
        held.addr === undefined ? null : toV4(held.addr),
        held.targetval,
        held.recontype,
        held.source,
        held.value,
        held.sensor,
        held.port,
        held.firstseen,
        held.lastseen,
        held.count,
        jsonText(held.infos),
      );
    }
    this.#held.clear();
    this.#heldText = 0;
  }

  /** Forgets what was added since the last merge. */
  async discard(): Promise<void> {
    this.#held.clear();
    this.#heldText = 0;
    this.#stage.flush();
    await this.#connection.run("DELETE FROM stage");
  }

  /** The loader cannot be used afterwards. */
  close(): void {
    this.#stage.close();
  }

  /**
   * Merges what was added into the records, as brought by one import; the addresses go to the temporary table
   * `touched(addr)`.
   */
  async merge(importId: number, infosOf: DeriveInfos): Promise<void> {
    this.#send();
    this.#stage.flush();
    const run = (statement: string) => this.#connection.run(statement);
    await run(
      `CREATE OR REPLACE TEMP TABLE fresh AS
       SELECT ${KEY} AS key, * FROM (
         SELECT ${IDENTITY}, min(firstseen) AS firstseen, max(lastseen) AS lastseen, sum(count)::BIGINT AS count,
                list_reduce(list_sort(list(DISTINCT infos::VARCHAR) FILTER (infos IS NOT NULL)),
                            lambda a, b: json_merge_patch(a, b)::VARCHAR)::JSON AS infos
         FROM stage GROUP BY ${IDENTITY})`,
    );
    await run("DELETE FROM stage");
    await run("DELETE FROM fresh_infos");
    await this.#deriveInfos(infosOf);
    await run(
      `UPDATE passive.record AS r
       SET firstseen = least(r.firstseen, f.firstseen), lastseen = greatest(r.lastseen, f.lastseen),
           count = r.count + f.count,
           infos = ${united("r.infos", "f.infos")}
       FROM fresh AS f WHERE f.key = r.key`,
    );
    await run(
      `INSERT INTO passive.record BY NAME
       SELECT (SELECT coalesce(max(id), 0) FROM passive.record) + row_number() OVER () AS id,
              * EXCLUDE (derived) REPLACE (${united("infos", "derived")} AS infos)
       FROM (SELECT f.*, i.infos AS derived FROM fresh AS f LEFT JOIN fresh_infos AS i USING (key)
             ANTI JOIN passive.record AS r USING (key)
             ORDER BY f.addr, f.recontype, f.key)`,
    );
    await this.#connection.run(
      `INSERT INTO passive.seen
       SELECT r.id, $import::INTEGER, f.firstseen, f.lastseen, f.count
       FROM fresh AS f JOIN passive.record AS r USING (key) ORDER BY r.id`,
      { import: importId },
    );
    await run("INSERT INTO touched SELECT DISTINCT addr FROM fresh WHERE addr IS NOT NULL");
    await run("DROP TABLE fresh");
  }

  /** Certificates, banners and the like are taken apart once a record, not once a line of a log. */
  async #deriveInfos(infosOf: DeriveInfos): Promise<void> {
    const writer = await RowWriter.open(this.#connection, "main", "fresh_infos", INFOS, "temp");
    for (let after = 0n; ; ) {
      const rows = await this.#connection.runAndReadAll(
        `SELECT f.key, f.addr, f.targetval, f.recontype, f.source, f.value, f.port
         FROM fresh AS f ANTI JOIN passive.record AS r USING (key)
         WHERE NOT (${PLAIN}) AND f.key > ? ORDER BY f.key LIMIT ${INFOS_BATCH}`,
        [after],
        [UHUGEINT],
      );
      for (const [key, addr, targetval, recontype, source, value, port] of rows.getRows()) {
        const infos = infosOf({
          addr: (addr as bigint | null) ?? undefined,
          targetval: (targetval as string | null) ?? undefined,
          recontype: recontype as string,
          source: (source as string | null) ?? undefined,
          value: value as string,
          port: (port as number | null) ?? undefined,
          count: 0,
        });
        if (infos !== undefined) writer.add(key as bigint, jsonText(infos));
        after = key as bigint;
      }
      if (rows.currentRowCount < INFOS_BATCH) break;
    }
    writer.close();
  }
}

/** Takes out what one import brought; records that nothing else brought disappear. Fills `touched`. */
export async function deletePassive(connection: DuckDBConnection, importId: number): Promise<void> {
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE lost AS SELECT DISTINCT record_id AS id FROM passive.seen WHERE import_id = ?",
    [importId],
  );
  await connection.run(
    `INSERT INTO touched SELECT DISTINCT addr FROM passive.record SEMI JOIN lost USING (id) WHERE addr IS NOT NULL`,
  );
  await connection.run("DELETE FROM passive.seen WHERE import_id = ?", [importId]);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE kept AS
     SELECT record_id AS id, min(firstseen) AS firstseen, max(lastseen) AS lastseen, sum(count)::BIGINT AS count
     FROM passive.seen WHERE record_id IN (SELECT id FROM lost) GROUP BY record_id`,
  );
  await connection.run(
    `UPDATE passive.record AS r SET firstseen = k.firstseen, lastseen = k.lastseen, count = k.count
     FROM kept AS k WHERE k.id = r.id`,
  );
  await connection.run("DELETE FROM lost WHERE id IN (SELECT id FROM kept)");
  await connection.run("DELETE FROM passive.record WHERE id IN (SELECT id FROM lost)");
  for (const table of ["name", "domain"]) {
    await connection.run(`DELETE FROM passive."${table}" WHERE record_id IN (SELECT id FROM lost)`);
  }
}

/** How a record is shown by `import --test`. */
export function plainObservation(observation: Observation): Json {
  return JSON.parse(
    JSON.stringify(observation, (_key, value: unknown) =>
      typeof value === "bigint" ? formatAddress(value) : value,
    ),
  ) as Json;
}
