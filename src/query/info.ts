/** What this database holds, and how old it is. */
import type { DuckDBValue } from "@duckdb/node-api";

import { ALL } from "../filter/ast.ts";
import { name, type SqlText, sql } from "../filter/sqltext.ts";
import { ACTIVE_PURPOSES, type ActivePurpose } from "../model/purpose.ts";
import { age } from "./age.ts";
import { ask, type Condition, condition, type QueryContext } from "./context.ts";
import { DECODERS } from "./decode.ts";

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

export type ImportInfo = {
  path: string | null;
  format: string | null;
  status: string | null;
  hosts: number;
  imported_at: string | null;
  age: string | null;
};

export type Info = {
  nmap: PurposeInfo;
  view: PurposeInfo;
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

/** `AND` the row's host may be seen. */
function visible(column: string, purpose: ActivePurpose, hosts: Condition): SqlText {
  if (hosts === null) return name("");
  return sql` AND ${name(column)} IN (SELECT h.id FROM ${name(purpose)}.host AS h WHERE ${hosts})`;
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
  return Object.fromEntries(rows.map(([value, count]) => [String(value), Number(count)]));
}

/** Imports of which the asker may see a host; all of them, empty ones too, when everything may be seen. */
async function imports(ctx: QueryContext, hosts: Condition): Promise<Info["imports"]> {
  const seen =
    hosts === null ? name("true") : sql`i.id IN (SELECT h.import_id FROM nmap.host AS h WHERE ${hosts})`;
  const rows = await ask(
    ctx,
    sql`SELECT count(*) OVER (), i.path, i.format, i.status, i.hosts, date_trunc('second', i.imported_at) FROM main.import AS i WHERE ${seen} ORDER BY i.imported_at DESC, i.id DESC LIMIT ${name(String(LISTED))}`,
  );
  return {
    count: Number(rows[0]?.[0] ?? 0),
    latest: rows.map(([, path, format, status, found, at]) => ({
      path: text(path),
      format: text(format),
      status: text(status),
      hosts: Number(found),
      imported_at: text(at),
      age: ageOf(text(at)),
    })),
  };
}

/** What the database holds, as far as the asker may see it. Dates are ISO 8601 UTC, ages are words. */
export async function info(ctx: QueryContext): Promise<Info> {
  const conditions = new Map<ActivePurpose, Condition>();
  for (const purpose of ACTIVE_PURPOSES) conditions.set(purpose, await condition(ctx, purpose, ALL));
  const hosts = conditions.get("nmap") ?? null;
  const log = await imports(ctx, hosts);
  const meta = await ask(ctx, sql`SELECT key, value FROM main.meta WHERE value IS NOT NULL ORDER BY key`);
  return {
    last_import: log.latest[0]?.age ?? null,
    nmap: await purposeInfo(ctx, "nmap", hosts),
    view: await purposeInfo(ctx, "view", conditions.get("view") ?? null),
    imports: log,
    sources: await frequent(ctx, "source", hosts),
    categories: await frequent(ctx, "category", hosts),
    file: Object.fromEntries(meta.map(([key, value]) => [String(key), String(value)])),
  };
}
