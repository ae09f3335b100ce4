/** Spellings of services and products: what nmap knows, and what the data holds (spec ivre §9). */
import { ALL } from "../filter/ast.ts";
import { allOf, bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { ACTIVE_PURPOSES } from "../model/purpose.ts";
import { ask, condition, type QueryContext } from "./context.ts";
import { nmapNames } from "./nmap-share.ts";
import { SERVICE_NAMES } from "./service-names.ts";

export interface ServiceValuesOptions {
  field: "service_name" | "service_product";
  /** With `service_product`: products of this service only, compared exactly. */
  service?: string;
}

/** Values of the ports that the asker may see. */
async function inData(ctx: QueryContext, { field, service }: ServiceValuesOptions): Promise<string[]> {
  const values: string[] = [];
  for (const purpose of ACTIVE_PURPOSES) {
    const column = name(field);
    const where: SqlText[] = [sql`${column} IS NOT NULL`];
    if (field === "service_product" && service !== undefined)
      where.push(sql`p.service_name = ${bind(service)}`);
    const hosts = await condition(ctx, purpose, ALL);
    if (hosts) where.push(sql`p.host_id IN (SELECT h.id FROM ${name(purpose)}.host AS h WHERE ${hosts})`);
    const rows = await ask(
      ctx,
      sql`SELECT DISTINCT ${column} FROM ${name(purpose)}.port AS p WHERE ${allOf(where)}`,
    );
    values.push(...rows.map(([value]) => String(value)));
  }
  return values;
}

/** What nmap itself knows, or the built-in list when it is not installed (which knows no products). */
function inNmap({ field, service }: ServiceValuesOptions): Iterable<string> {
  const names = nmapNames();
  if (field === "service_name") return names?.services ?? SERVICE_NAMES;
  if (!names) return [];
  return service === undefined
    ? [...names.products.values()].flatMap((products) => [...products])
    : (names.products.get(service) ?? []);
}

/**
 * Names of services or products, each once, by code point. `service` has a meaning for products only; an
 * unknown one gives none.
 */
export async function serviceValues(ctx: QueryContext, options: ServiceValuesOptions): Promise<string[]> {
  const values = new Set([...inNmap(options), ...(await inData(ctx, options))]);
  return [...values].sort(byCodePoint);
}

/** Order by code point, where JavaScript's own is by UTF-16 unit. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
