/** What this database holds, and how old it is. */
import type { DuckDBValue } from "@duckdb/node-api";

import { isEverything } from "../access/scope.ts";
import { ALL } from "../filter/ast.ts";
import { name, type SqlText, sql } from "../filter/sqltext.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { age } from "./age.ts";
import { ask, type Condition, condition, idsOf, type QueryContext } from "./context.ts";
import { DECODERS } from "./decode.ts";
import { visibleImports } from "./visible-imports.ts";

export type PurposeInfo = {
  /** Records: hosts and scans in nmap, addresses in view. */
  records: number;
  addresses: number;
  ports: number;
  open_ports: number;
  /** When the scans of these hosts began and ended. */
  first: string | null;
  last: string | null;
  /** How long ago the last one ended, in words. */
  age: string | null;
};

export type PassiveInfo = {
  /** Different observations. */
  records: number;
  /** How often they were made. */
  observations: number;
  addresses: number;
  /** When the first and the last one was made. */
  first: string | null;
  last: string | null;
  /** How long ago the last one was made, in words. */
  age: string | null;
  /** Most frequent ones, with the number of records. */
  sensors: Record<string, number>;
  recontypes: Record<string, number>;
};

export type ImportInfo = {
  path: string | null;
  format: string | null;
  status: string | null;
  hosts: number;
  observations: number;
  imported_at: string | null;
  age: string | null;
};

export type Info = {
  nmap: PurposeInfo;
  view: PurposeInfo;
  passive: PassiveInfo;
  /** How long ago the last import was, in words; null when nothing was imported. */
  last_import: string | null;
  /** The number of imports and the last ones. */
  imports: { count: number; latest: ImportInfo[] };
  /** Most frequent ones, with the number of nmap records. */
  sources: Record<string, number>;
  categories: Record<string, number>;
  /** Settings of the file: its schema version, versions of reference data. */
  file: Record<string, string>;
};

/** Imports and names that are listed. */
const LISTED = 20;

function text(value: DuckDBValue | undefined): string | null {
  const plain = DECODERS.plain(value ?? null);
  return plain === null ? null : String(plain);
}

function ageOf(date: string | null): string | null {
  return date === null ? null : age(new Date(date));
}

async function purposeInfo(
  ctx: QueryContext,
  purpose: ActivePurpose,
  hosts: Condition,
): Promise<PurposeInfo> {
  const s = name(purpose);
  const [row] = await ask(
    ctx,
    sql`SELECT count(*), count(DISTINCT h.addr), min(coalesce(h.starttime, h.endtime)), max(coalesce(h.endtime, h.starttime)) FROM ${s}.host AS h WHERE ${hosts ?? name("true")}`,
  );
  const [ports] = await ask(
    ctx,
    sql`SELECT count(*), count(*) FILTER (p.state_state = 'open') FROM ${s}.port AS p WHERE p.port >= 0${visible("p.host_id", purpose, hosts)}`,
  );
  const last = text(row?.[3]);
  return {
    records: Number(row?.[0]),
    addresses: Number(row?.[1]),
    ports: Number(ports?.[0]),
    open_ports: Number(ports?.[1]),
    first: text(row?.[2]),
    last,
    age: ageOf(last),
  };
}

async function passiveInfo(ctx: QueryContext, records: Condition): Promise<PassiveInfo> {
  const where = records ?? name("true");
  const [row] = await ask(
    ctx,
    sql`SELECT count(*), coalesce(sum(r.count), 0)::BIGINT, count(DISTINCT r.addr), min(r.firstseen), max(r.lastseen) FROM passive.record AS r WHERE ${where}`,
  );
  const most = async (column: "sensor" | "recontype"): Promise<Record<string, number>> => {
    const rows = await ask(
      ctx,
      sql`SELECT ${name(`r.${column}`)}, count(*) AS n FROM passive.record AS r WHERE ${name(`r.${column}`)} IS NOT NULL AND ${where} GROUP BY 1 ORDER BY n DESC, 1 LIMIT ${name(String(LISTED))}`,
    );
    return byName(rows);
  };
  const last = text(row?.[4]);
  return {
    records: Number(row?.[0]),
    observations: Number(row?.[1]),
    addresses: Number(row?.[2]),
    first: text(row?.[3]),
    last,
    age: ageOf(last),
    sensors: await most("sensor"),
    recontypes: await most("recontype"),
  };
}

function byName(rows: readonly DuckDBValue[][]): Record<string, number> {
  return Object.fromEntries(rows.map(([value, count]) => [String(value), Number(count)]));
}

/** `AND` the row's host may be seen. */
function visible(column: string, purpose: ActivePurpose, hosts: Condition): SqlText {
  if (hosts === null) return name("");
  return sql` AND ${name(column)} IN (${idsOf(purpose, hosts)})`;
}

async function frequent(
  ctx: QueryContext,
  table: "source" | "category",
  hosts: Condition,
): Promise<Record<string, number>> {
  const rows = await ask(
    ctx,
    sql`SELECT f.value, count(*) AS n FROM nmap.${name(table)} AS f WHERE true${visible("f.host_id", "nmap", hosts)} GROUP BY 1 ORDER BY n DESC, 1 LIMIT ${name(String(LISTED))}`,
  );
  return byName(rows);
}

/** Imports of which the asker may see a record, with what may be seen of them; all, empty ones too, when nothing is hidden. */
async function imports(ctx: QueryContext): Promise<Info["imports"]> {
  const visible = await visibleImports(ctx);
  const log = sql`main.import AS i${visible === null ? name("") : sql` JOIN (${visible}) AS v USING (id)`}`;
  const from = name(visible === null ? "i" : "v");
  const rows = await ask(
    ctx,
    sql`SELECT count(*) OVER (), i.path, i.format, i.status, coalesce(${from}.hosts, 0), coalesce(${from}.observations, 0), date_trunc('second', i.imported_at) FROM ${log} ORDER BY i.imported_at DESC, i.id DESC LIMIT ${name(String(LISTED))}`,
  );
  return {
    count: Number(rows[0]?.[0] ?? 0),
    latest: rows.map(([, path, format, status, found, observed, at]) => ({
      path: text(path),
      format: text(format),
      status: text(status),
      hosts: Number(found),
      observations: Number(observed),
      imported_at: text(at),
      age: ageOf(text(at)),
    })),
  };
}

/** Settings of the file. What it was derived with tells that something was imported. */
async function settings(ctx: QueryContext): Promise<Info["file"]> {
  const told = isEverything(ctx.scope) ? name("true") : name("key = 'schema_version'");
  const rows = await ask(
    ctx,
    sql`SELECT key, value FROM main.meta WHERE value IS NOT NULL AND ${told} ORDER BY key`,
  );
  return Object.fromEntries(rows.map(([key, value]) => [String(key), String(value)]));
}

/** What the database holds, as far as the asker may see it. Dates are ISO 8601 UTC, ages are words. */
export async function info(ctx: QueryContext): Promise<Info> {
  const hosts = await condition(ctx, "nmap", ALL);
  const log = await imports(ctx);
  return {
    last_import: log.latest[0]?.age ?? null,
    nmap: await purposeInfo(ctx, "nmap", hosts),
    view: await purposeInfo(ctx, "view", await condition(ctx, "view", ALL)),
    passive: await passiveInfo(ctx, await condition(ctx, "passive", ALL)),
    imports: log,
    sources: await frequent(ctx, "source", hosts),
    categories: await frequent(ctx, "category", hosts),
    file: await settings(ctx),
  };
}
