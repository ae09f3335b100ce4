/** Why a question may have been answered with nothing although something is there. */
import type { Filter } from "../filter/ast.ts";
import { name, sql } from "../filter/sqltext.ts";
import { parseNetwork } from "../model/ip.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, condition, idsOf, type QueryContext } from "./context.ts";
import { whyMisspelled } from "./misspelled.ts";
import { whyNoScript } from "./script-hints.ts";

const ASKS_SERVICES = /^\s*(?:ports\.service_|service\b|product\b|version\b)/;

const ADDRESSES = "these addresses cannot all be one host: separate them by a comma";
const SERVICES = "no service was identified in these scans (nmap needs -sV)";

/** The conditions that must all hold. */
function conjuncts(filter: Filter): Filter[] {
  return filter.k === "and" ? filter.of.flatMap(conjuncts) : [filter];
}

/** The addresses that a condition names one by one, or null when it is another one. */
function named(filter: Filter): ReadonlySet<string> | null {
  if (filter.k === "host") return new Set(filter.addrs);
  if (filter.k !== "net") return null;
  const network = parseNetwork(filter.net);
  return network !== null && network.first === network.last ? new Set([filter.net.split("/")[0]!]) : null;
}

/** Whether single addresses are asked for of which no host has all. */
function contradicts(filter: Filter): boolean {
  let left: ReadonlySet<string> | null = null;
  for (const part of conjuncts(filter)) {
    const addresses = named(part);
    if (addresses === null) continue;
    left = left === null ? addresses : left.intersection(addresses);
  }
  return left !== null && left.size === 0;
}

/** Whether a condition needs nmap to have recognised a service. */
function asksServices(filter: Filter): boolean {
  if (filter.k === "and" || filter.k === "or") return filter.of.some(asksServices);
  if (filter.k === "not") return asksServices(filter.of);
  return filter.k === "port" && (filter.service ?? filter.product ?? filter.version) !== undefined;
}

/** Whether there are open ports that may be seen, and no service of any. */
async function lacksServices(ctx: QueryContext, purpose: Purpose): Promise<boolean> {
  const records = await condition(ctx, purpose, { k: "all" });
  const seen = records ? sql` AND p.host_id IN (${idsOf(purpose, records)})` : name("");
  const ports = sql`SELECT 1 FROM ${name(purpose)}.port AS p WHERE`;
  const [row] = await ask(
    ctx,
    sql`SELECT EXISTS (${ports} p.state_state = 'open'${seen}) AND NOT EXISTS (${ports} p.service_name IS NOT NULL${seen})`,
  );
  return row?.[0] === true;
}

/**
 * For an answer of nothing: a sentence that explains it, or null when nothing is known.
 * @param field what topvalues or distinct were asked for.
 */
export async function whyNothing(
  ctx: QueryContext,
  purpose: Purpose,
  filter: Filter,
  field: string | readonly string[] = "",
): Promise<string | null> {
  if (contradicts(filter)) return ADDRESSES;
  const fields = [field].flat();
  if (purpose !== "passive") {
    const services = fields.some((asked) => ASKS_SERVICES.test(asked)) || asksServices(filter);
    if (services && (await lacksServices(ctx, purpose))) return SERVICES;
  }
  const conditions = conjuncts(filter);
  return (
    (await whyMisspelled(ctx, purpose, conditions, fields)) ?? (await whyNoScript(ctx, purpose, conditions))
  );
}
