/** A batch of hosts and their rows in the child tables. */
import type { DuckDBValue } from "@duckdb/node-api";
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { ask, type QueryContext } from "./context.ts";
import { DECODERS } from "./decode.ts";
import type { JsonObject } from "./projection.ts";

export interface Batch {
  ctx: Pick<QueryContext, "connection">;
  purpose: ActivePurpose;
  ids: readonly bigint[];
  /** Computed tags are printed too (spec: nmap records only have tags given at import). */
  allTags: boolean;
  /** Pictures are printed. */
  pictures: boolean;
}

/** Values of one member by host id. */
export type ByHost = Map<bigint, Json>;

/** The object of the members that have a value. Keys come from data: own properties, whatever their name. */
export function present(entries: readonly (readonly [string, Json])[]): JsonObject {
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** The condition that keeps the rows of these records. The range lets zone maps skip what lies outside. */
export function ofBatch(ids: readonly bigint[], column: string): SqlText {
  let [first, last] = [ids[0]!, ids[0]!];
  for (const id of ids) {
    if (id < first) first = id;
    if (id > last) last = id;
  }
  const within = sql`${name(column)} BETWEEN CAST(${bind(String(first))} AS BIGINT) AND CAST(${bind(String(last))} AS BIGINT)`;
  if (last - first + 1n === BigInt(ids.length)) return within;
  return sql`${within} AND ${name(column)} IN (SELECT unnest(CAST(string_split(${bind(ids.join(","))}, ',') AS BIGINT[])))`;
}

/** Rows of a table of the batch, grouped by host in the order given. */
export async function children(
  batch: Batch,
  table: string,
  columns: readonly string[],
  order: string,
  where = "true",
): Promise<Map<bigint, DuckDBValue[][]>> {
  const list = name(["host_id", ...columns].join(", "));
  const rows = await ask(
    batch.ctx,
    sql`SELECT ${list} FROM ${name(`${batch.purpose}.${table}`)} WHERE ${ofBatch(batch.ids, "host_id")} AND ${name(where)} ORDER BY host_id, ${name(order)}`,
  );
  const byHost = new Map<bigint, DuckDBValue[][]>();
  for (const [host, ...rest] of rows) {
    const id = host as bigint;
    const list = byHost.get(id);
    if (list) list.push(rest);
    else byHost.set(id, [rest]);
  }
  return byHost;
}

/** Each host's rows turned into a member; hosts without rows do not have it. */
export function members(
  byHost: Map<bigint, DuckDBValue[][]>,
  build: (rows: DuckDBValue[][]) => Json,
): ByHost {
  return new Map([...byHost].map(([id, rows]) => [id, build(rows)]));
}

export const plain = DECODERS.plain;

/** An object of columns, without the null ones. */
export function object(names: readonly string[], row: readonly DuckDBValue[]): JsonObject {
  return present(names.map((member, i) => [member, plain(row[i] ?? null)]));
}
