/** Tells a misspelled path into structured script output from one that simply has no value here. */
import { bind, name, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { ask, condition, type QueryContext } from "./context.ts";
import type { Path } from "./path.ts";
import { suggest } from "./path.ts";
import { KNOWN_KEYS } from "./scripts.ts";

/** Structured results that are looked at for their members. */
const SAMPLE = 1000;

/** Member paths that occur in JSON values, list indexes left out. */
function memberPaths(structures: readonly string[]): string[] {
  const paths = new Set<string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, path);
    else if (value !== null && typeof value === "object")
      for (const [member, inner] of Object.entries(value)) {
        const at = path === "" ? member : `${path}.${member}`;
        paths.add(at);
        visit(inner, at);
      }
  };
  for (const text of structures) visit(JSON.parse(text), "");
  return [...paths];
}

/**
 * After an answer without values: an error when no record that the asker may see has such a path.
 * @throws UserError naming the nearest script keys or members.
 */
export async function checkScriptPath(
  ctx: QueryContext,
  purpose: ActivePurpose,
  path: Path | null,
): Promise<void> {
  if (path?.kind !== "script") return;
  const hosts = await condition(ctx, purpose, { k: "all" });
  const visible = hosts
    ? sql` AND c.host_id IN (SELECT h.id FROM ${name(purpose)}.host AS h WHERE ${hosts})`
    : name("");
  const samples = await ask(
    ctx,
    sql`SELECT DISTINCT json_structure(c.data)::VARCHAR FROM ${name(purpose)}.script AS c WHERE c.key = ${bind(path.key)} AND c.data IS NOT NULL${visible} LIMIT ${bind(SAMPLE)}`,
  );
  if (samples.length > 0) {
    const members = memberPaths(samples.map(([text]) => String(text)));
    const inner = path.inner.join(".");
    if (inner === "" || members.includes(inner)) return;
    throw new UserError(
      `No result of script ${path.key} has the field "${inner.slice(0, 100)}".${suggest(inner, members)}`,
    );
  }
  if (KNOWN_KEYS.includes(path.key)) return;
  const keys = await ask(
    ctx,
    sql`SELECT DISTINCT c.key FROM ${name(purpose)}.script AS c WHERE c.key IS NOT NULL AND c.data IS NOT NULL${visible} ORDER BY 1`,
  );
  const known = [...new Set([...keys.map(([key]) => String(key)), ...KNOWN_KEYS])];
  throw new UserError(
    `No script has structured output under "${path.key.slice(0, 100)}".${suggest(path.key, known)}`,
  );
}
