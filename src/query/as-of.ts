/** How old the data is, as far as the asker may see it. */
import { isEverything } from "../access/scope.ts";
import { ALL, type Filter } from "../filter/ast.ts";
import { canonicalJson } from "../filter/combine.ts";
import { name, sql } from "../filter/sqltext.ts";
import { PURPOSES } from "../model/purpose.ts";
import { ask, condition, type QueryContext } from "./context.ts";
import { visibleImportIds } from "./visible-imports.ts";

export interface AsOf {
  /** Nothing was imported, or nothing that may be seen. */
  empty: boolean;
  /** ISO 8601 time of the last import of which something may be seen. */
  asOf: string | null;
}

/** How long answers are kept where the scope counts time back from now: it lets go of records while the file stays as it is. */
const KEPT_MS = 60_000;

interface Kept extends AsOf {
  /** In which minute it was so; 0 where it stays so as long as the file does. */
  minute: number;
}

/** By opened file, then by scope: what one asker may know is not for another. */
const kept = new WeakMap<object, Map<string, Kept>>();

/**
 * When the last visible import was.
 * @param file what is known of the whole file.
 */
export async function asOf(ctx: QueryContext, file: AsOf): Promise<AsOf> {
  if (isEverything(ctx.scope)) return { empty: file.empty, asOf: file.asOf };
  if (ctx.file === undefined) return lookUp(ctx);
  let known = kept.get(ctx.file);
  if (known === undefined) {
    known = new Map();
    kept.set(ctx.file, known);
  }
  const filters = PURPOSES.map((purpose) => ctx.scope[purpose]);
  const key = canonicalJson(filters);
  const minute = filters.some(movesOn) ? Math.floor(Date.now() / KEPT_MS) : 0;
  const before = known.get(key);
  if (before?.minute === minute) return before;
  // Not the promise: whoever cancels a call ends the query, and others may wait for it.
  const found = { ...(await lookUp(ctx)), minute };
  known.set(key, found);
  return found;
}

/** Whether a filter means something else as time goes by. */
function movesOn(filter: Filter): boolean {
  if (filter.k === "and" || filter.k === "or") return filter.of.some(movesOn);
  if (filter.k === "not") return movesOn(filter.of);
  return filter.k === "seen" && filter.ago !== undefined;
}

async function lookUp(ctx: QueryContext): Promise<AsOf> {
  const imports = (await visibleImportIds(ctx)) ?? name("SELECT id FROM main.import");
  const [row] = await ask(
    ctx,
    sql`SELECT strftime(max(imported_at), '%Y-%m-%dT%H:%M:%SZ'), count(*) > 0 FROM main.import WHERE id IN (${imports})`,
  );
  const last = row?.[0] ?? null;
  const asOf = last === null ? null : String(last);
  if (row?.[1] === true) return { empty: false, asOf };
  const hosts = await condition(ctx, "view", ALL);
  const merged = await ask(ctx, sql`SELECT 1 FROM view.host AS h WHERE ${hosts ?? name("true")} LIMIT 1`);
  return { empty: merged.length === 0, asOf };
}
