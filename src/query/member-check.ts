/** Tells a misspelled path into structured data from one that simply has no value here. */
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, condition, idsOf, type QueryContext } from "./context.ts";
import { KNOWN_INFOS } from "./infos-path.ts";
import type { Path } from "./path.ts";
import { suggest } from "./path.ts";
import { isModelled, membersOf } from "./script-members.ts";
import { KNOWN_KEYS } from "./scripts.ts";
import { synonym } from "./synonyms.ts";

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

/** Member paths of the JSON values of a column, of those rows whose record the asker may see. */
async function members(
  ctx: QueryContext,
  purpose: Purpose,
  column: string,
  rows: SqlText,
  record: string,
): Promise<string[]> {
  const samples = await ask(
    ctx,
    sql`SELECT DISTINCT json_structure(${name(column)})::VARCHAR FROM ${rows} AND ${name(column)} IS NOT NULL${await visible(ctx, purpose, record)} LIMIT ${bind(SAMPLE)}`,
  );
  return memberPaths(samples.map(([text]) => String(text)));
}

async function visible(ctx: QueryContext, purpose: Purpose, record: string): Promise<SqlText> {
  const records = await condition(ctx, purpose, { k: "all" });
  return records ? sql` AND ${name(record)} IN (${idsOf(purpose, records)})` : name("");
}

/** Another member as it is written in the place of the one asked for: some fields leave out the way to it. */
function written({ text, inner }: Extract<Path, { kind: "script" }>, member: string): string {
  const asked = inner.join(".");
  let shared = asked;
  while (!text.endsWith(shared)) shared = shared.slice(shared.indexOf(".") + 1 || shared.length);
  const way = asked.slice(0, asked.length - shared.length);
  return member.startsWith(way)
    ? text.slice(0, text.length - shared.length) + member.slice(way.length)
    : member;
}

async function checkScript(
  ctx: QueryContext,
  purpose: Purpose,
  path: Extract<Path, { kind: "script" }>,
  argument: string,
): Promise<void> {
  const results = (table: string): SqlText =>
    sql`SELECT host_id, key, data FROM ${name(`${purpose}.${table}`)} WHERE data IS NOT NULL`;
  const table = sql`(${results("script")} UNION ALL ${results("script_more")}) AS c`;
  const found = await ask(
    ctx,
    sql`SELECT 1 FROM ${table} WHERE c.key = ${bind(path.key)}${await visible(ctx, purpose, "c.host_id")} LIMIT 1`,
  );
  if (found.length > 0) {
    const inner = path.inner.join(".");
    if (inner === "" || isModelled(path.key, path.inner)) return;
    const found = await members(
      ctx,
      purpose,
      "c.data",
      sql`${table} WHERE c.key = ${bind(path.key)}`,
      "c.host_id",
    );
    if (found.includes(inner)) return;
    const modelled = membersOf(path.key).filter((member) => !member.endsWith("*"));
    const known = [...new Set([...found, ...modelled])];
    const meant = synonym(purpose, path.text, true);
    const advice =
      meant === null
        ? suggest(
            path.text,
            known.map((member) => written(path, member)),
          )
        : ` Did you mean ${meant}?`;
    throw new UserError(
      `Unknown field "${path.text.slice(0, 100)}": no result of script ${path.key} has it.${advice}`,
      { argument },
    );
  }
  if (KNOWN_KEYS.includes(path.key)) return;
  const keys = await ask(
    ctx,
    sql`SELECT DISTINCT c.key FROM ${table} WHERE c.key IS NOT NULL${await visible(ctx, purpose, "c.host_id")} ORDER BY 1`,
  );
  const known = [...new Set([...keys.map(([key]) => String(key)), ...KNOWN_KEYS])];
  throw new UserError(
    `No script has structured output under "${path.key.slice(0, 100)}".${suggest(path.key, known)}`,
    { argument },
  );
}

async function checkInfos(
  ctx: QueryContext,
  path: Extract<Path, { kind: "infos" }>,
  argument: string,
): Promise<void> {
  const found = await members(ctx, "passive", "r.infos", name("passive.record AS r WHERE true"), "r.id");
  const [first] = path.inner;
  const inner = path.inner.join(".");
  if (found.includes(inner) || (!found.includes(first!) && KNOWN_INFOS.includes(first!))) return;
  const known = [...new Set([...found, ...KNOWN_INFOS])].map((member) => `infos.${member}`);
  throw new UserError(
    `No passive record has the field "${path.text.slice(0, 100)}".${suggest(path.text, known)}`,
    { argument },
  );
}

/**
 * After an answer without values: an error when no record that the asker may see has such a path.
 * @param argument where the path was given.
 * @throws UserError naming the nearest members.
 */
export async function checkMember(
  ctx: QueryContext,
  purpose: Purpose,
  path: Path | null,
  argument = "field",
): Promise<void> {
  if (path?.kind === "script") await checkScript(ctx, purpose, path, argument);
  if (path?.kind === "infos") await checkInfos(ctx, path, argument);
}
