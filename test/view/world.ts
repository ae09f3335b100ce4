/** A database of scans and passive observations, folded. */

import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { parseAddress } from "../../src/model/ip.ts";
import type { Observation } from "../../src/model/passive.ts";
import type { Host, Port, Run } from "../../src/model/scan.ts";
import { createSchema } from "../../src/store/ddl.ts";
import { recordImport } from "../../src/store/import-log.ts";
import { ScanLoader } from "../../src/store/loader.ts";
import { PassiveLoader } from "../../src/store/passive-loader.ts";
import { HOST_TABLE_NAMES, HOST_TABLES } from "../../src/store/tables.ts";
import { derive } from "../../src/view/derive.ts";
import { fold } from "../../src/view/fold.ts";
import type { DeriveOptions } from "../../src/view/options.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

export type Scan = {
  source: string;
  categories?: string[];
  tags?: { value: string; info?: string }[];
  /** What the scanner said of itself. */
  run?: Partial<Run>;
  hosts: Partial<Host>[];
};
/** One file of a sensor. */
export type Log = { sensor: string; observations: Partial<Observation>[] };

/** By default the view follows time. */
export const BY_TIME: DeriveOptions = { ...IMPROVEMENTS_OFF, closeUnlisted: true };

const ADDRESS = parseAddress("192.0.2.1") ?? 0n;

function host(partial: Partial<Host>): Host {
  return {
    addr: ADDRESS,
    addresses: [],
    state: "up",
    timedout: false,
    hostnames: [],
    ports: [],
    extraports: [],
    cpes: [],
    traces: [],
    ...partial,
  };
}

export function open(port: number, service?: Port["service"], scripts: Port["scripts"] = []): Port {
  return { protocol: "tcp", port, state: "open", reason: "syn-ack", service, scripts };
}

/** Imports in the order given, then derives and folds everything. */
export async function load(
  inputs: readonly (Scan | Log)[],
  options: DeriveOptions = IMPROVEMENTS_OFF,
): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await createSchema(connection);
  await connection.run("CREATE TEMP TABLE touched (addr UHUGEINT)");
  const loader = await ScanLoader.open(connection);
  const passive = await PassiveLoader.open(connection);
  for (const [index, input] of inputs.entries()) {
    const id = index + 1;
    const scan = "hosts" in input ? input : null;
    for (const one of scan?.hosts ?? []) loader.host(host(one), { importId: id, runId: id });
    if (scan?.run !== undefined) {
      const run: Run = {
        scanner: "nmap",
        finished: false,
        scaninfo: [],
        targets: [],
        scripts: [],
        ...scan.run,
      };
      loader.run(run, { importId: id, runId: id });
    }
    loader.flush();
    await recordImport(connection, {
      id,
      path: "x",
      // What the file holds, so that it does not depend on the order of imports.
      sha256: JSON.stringify(input, (_key, value) => (typeof value === "bigint" ? String(value) : value)),
      bytes: 0,
      format: scan ? "nmap-xml" : "zeek",
      status: "imported",
      message: null,
      source: scan?.source ?? null,
      sensor: null,
      categories: scan?.categories ?? [],
      tags: scan?.tags ?? [],
      hosts: scan?.hosts.length ?? 0,
      downHosts: 0,
      observations: 0,
    });
    if ("observations" in input) {
      for (const partial of input.observations) {
        const seen = partial.lastseen ?? 0;
        const observation = { recontype: "OPEN_PORT", value: "", firstseen: seen, lastseen: seen, count: 1 };
        const addr = partial.targetval === undefined ? { addr: ADDRESS } : {};
        passive.add({ ...addr, ...observation, sensor: input.sensor, ...partial });
      }
      await passive.merge(id, (observation) => observation.infos);
    }
  }
  await derive(connection, "nmap", 0, options);
  await fold(connection, "all", options);
  return connection;
}

export async function rows(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRows();
}

/** All that the view says, without ids. */
export async function snapshot(connection: DuckDBConnection): Promise<string> {
  const parts: string[] = [];
  for (const table of HOST_TABLE_NAMES) {
    const columns = Object.keys(HOST_TABLES[table]).filter(
      (column) => !/^(host_id|id|port_id)$/.test(column),
    );
    const join =
      table === "host" ? "view.host AS t" : `view."${table}" AS t JOIN view.host AS h ON h.id = t.host_id`;
    const addr = table === "host" ? "t.addr" : "h.addr";
    const list = columns.map((column) => `t."${column}"`).join(", ");
    // The id of a script is its name, not a number.
    const name = table === "script" || table === "script_more" ? ", t.id" : "";
    const result = await rows(connection, `SELECT ${addr}, ${list}${name} FROM ${join} ORDER BY ALL`);
    const text = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
    parts.push(`${table} ${JSON.stringify(result, text)}`);
  }
  return parts.join("\n");
}
