/** Imports as far as the asker may see them: those that brought a visible record, and what was visible in them. */
import { ALL } from "../filter/ast.ts";
import { name, type SqlText, sql } from "../filter/sqltext.ts";
import { type Condition, condition, idsOf, type QueryContext } from "./context.ts";

/**
 * A statement of `id, hosts, observations`, one row a visible import: its hosts that may be seen, and how often the
 * passive records that may be seen were made. Null when everything may be seen: the log then says it itself, and
 * knows the imports that brought nothing as well.
 *
 * The view does not count here. Its hosts are merged of several imports, of which some may be hidden.
 */
export async function visibleImports(ctx: QueryContext): Promise<SqlText | null> {
  const visible = await visibleRecords(ctx);
  if (visible === null) return null;
  const { hosts, records } = visible;
  return sql`SELECT import_id AS id, sum(hosts)::BIGINT AS hosts, sum(observations)::BIGINT AS observations FROM (${ofHosts(hosts)} UNION ALL ${ofRecords(records)}) GROUP BY import_id`;
}

/** The same imports as a statement of `id` alone, each any number of times: cheaper, where nothing is counted. */
export async function visibleImportIds(ctx: QueryContext): Promise<SqlText | null> {
  const visible = await visibleRecords(ctx);
  if (visible === null) return null;
  return sql`SELECT h.import_id AS id FROM nmap.host AS h WHERE ${visible.hosts ?? name("true")} UNION ALL SELECT import_id FROM passive.seen WHERE ${seen(visible.records)}`;
}

/** What may be seen of scans and of observations; null when all may be seen. */
async function visibleRecords(ctx: QueryContext): Promise<{ hosts: Condition; records: Condition } | null> {
  const hosts = await condition(ctx, "nmap", ALL);
  const records = await condition(ctx, "passive", ALL);
  return hosts === null && records === null && ctx.scope.view.k === "all" ? null : { hosts, records };
}

function seen(records: Condition): SqlText {
  return records === null ? name("true") : sql`record_id IN (${idsOf("passive", records)})`;
}

function ofHosts(hosts: Condition): SqlText {
  return sql`SELECT h.import_id, count(*) AS hosts, 0 AS observations FROM nmap.host AS h WHERE ${hosts ?? name("true")} GROUP BY h.import_id`;
}

function ofRecords(records: Condition): SqlText {
  return sql`SELECT import_id, 0 AS hosts, sum(count) AS observations FROM passive.seen WHERE ${seen(records)} GROUP BY import_id`;
}
