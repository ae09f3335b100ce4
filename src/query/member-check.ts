/** Tells a misspelled path, whose names only the data knows, from one that simply has no value here. */
import { bind, name, sql } from "../filter/sqltext.ts";
import { aboutLater, UserError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, type Condition, condition, idsOf, type QueryContext, selection } from "./context.ts";
import { fieldsOf } from "./fields.ts";
import { sourceRows } from "./json-source.ts";
import { bare, type Path, pathRows, suggest } from "./path.ts";
import type { Inside, Rows, Source, Within } from "./row-types.ts";
import { relationRows } from "./rows.ts";
import { isModelled } from "./script-members.ts";
import { KNOWN_KEYS, oneValue } from "./scripts.ts";
import { synonym } from "./synonyms.ts";

/** Structured results that are looked at for their members. */
const SAMPLE = 1000;

/** A field whose names may be wrong. */
export interface Asked {
  /** As it was written. */
  text: string;
  path: Path | null;
  rows: Rows;
  /** Ways to write it that the data does not tell. */
  spellings?: readonly string[];
}

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

/** Member paths of the results of a source in the records that the asker may see. */
async function members(
  ctx: QueryContext,
  purpose: Purpose,
  source: Source,
  records: Condition,
): Promise<string[]> {
  const within: Within = (column) =>
    records === null ? name("true") : sql`${name(column)} IN (${idsOf(purpose, records)})`;
  const samples = await ask(
    ctx,
    sql`SELECT DISTINCT json_structure(j)::VARCHAR FROM (${source.start(within)}) WHERE j IS NOT NULL ORDER BY 1 LIMIT ${bind(SAMPLE)}`,
  );
  return memberPaths(samples.map(([text]) => String(text)));
}

async function isThere(
  ctx: QueryContext,
  purpose: Purpose,
  rows: Rows,
  records: Condition,
): Promise<boolean> {
  const { with: before, from, where } = selection(purpose, rows, records);
  const found = await ask(
    ctx,
    sql`WITH ${before}one AS (SELECT 1) SELECT 1 FROM ${from} WHERE ${where} LIMIT 1`,
  );
  return found.length > 0;
}

/** Another member as it is written in the place of the one asked for: some fields leave out the way to it. */
function writtenAs(text: string, asked: string, member: string): string {
  let shared = asked;
  while (!text.endsWith(shared)) shared = shared.slice(shared.indexOf(".") + 1 || shared.length);
  const way = asked.slice(0, asked.length - shared.length);
  return member.startsWith(way)
    ? text.slice(0, text.length - shared.length) + member.slice(way.length)
    : member;
}

/** @throws UserError for a key under which no script has structured output. */
async function checkKey(ctx: QueryContext, purpose: Purpose, key: string, records: Condition): Promise<void> {
  const rows = ["script", "script_more"].map((table) =>
    name(`SELECT host_id, key FROM ${purpose}.${table} WHERE key IS NOT NULL`),
  );
  const seen = records === null ? name("true") : sql`host_id IN (${idsOf(purpose, records)})`;
  const found = await ask(
    ctx,
    sql`SELECT DISTINCT key FROM (${rows[0]!} UNION ALL ${rows[1]!}) WHERE ${seen} ORDER BY 1`,
  );
  const known = [...new Set([...found.map(([key]) => String(key)), ...KNOWN_KEYS])];
  if (known.includes(key)) return;
  const ran = await ask(
    ctx,
    sql`SELECT 1 FROM ${name(`${purpose}.script`)} WHERE id = ${bind(key)} AND ${seen} LIMIT 1`,
  );
  throw new UserError(
    `No script has structured output under "${key.slice(0, 100)}".${
      ran.length === 0
        ? suggest(key, known)
        : ` Its results are texts: ports.scripts.output, for example in topvalues script:${key.slice(0, 100)}.`
    }`,
  );
}

async function checkInside(
  ctx: QueryContext,
  purpose: Purpose,
  { text, spellings = [] }: Asked,
  source: Source,
  inside: Inside,
): Promise<void> {
  const steps = inside.paths.at(-1)!;
  const inner = steps.join(".");
  const key = source.shape!.root;
  if (inner === "" ? KNOWN_KEYS.includes(key) : isModelled(source.members, steps)) return;
  const records = await condition(ctx, purpose, { k: "all" });
  const at: Inside = { paths: [steps], values: ([value]) => oneValue(value!) };
  if (await isThere(ctx, purpose, sourceRows(source, at, { tuple: false, required: false }), records)) return;
  const found = await members(ctx, purpose, source, records);
  if (found.includes(inner)) return;
  if (source.of === "port" && found.length === 0) await checkKey(ctx, purpose, key, records);
  // Of a script that neither the model nor the data says anything about nobody knows what it may have.
  if (inner === "" || (found.length === 0 && source.members.length === 0)) return;
  const modelled = source.members.filter((member) => !member.endsWith("*"));
  const there = new Set([...found, ...modelled]);
  const own = [...new Set([...spellings, ...[...there].map((member) => writtenAs(text, inner, member))])];
  const known = new Set([
    ...own,
    ...(purpose === "passive" ? fieldsOf(purpose).map((field) => bare(field.path)) : []),
  ]);
  const meant = synonym(purpose, text, true);
  const others = own.length === 0 ? undefined : ` There are, for example, ${own.slice(0, 4).join(", ")}.`;
  const advice = meant === null ? suggest(text, [...known], others) : ` Did you mean ${meant}?`;
  const who = source.of === "port" ? `no result of script ${key}` : "no passive record";
  throw new UserError(`Unknown field "${text.slice(0, 100)}": ${who} has it.${advice}`);
}

/** The names that stand for bracketed segments of a path: those of the data and of the model are known. */
async function checkNames(
  ctx: QueryContext,
  purpose: Purpose,
  { text, field, names: given }: Extract<Path, { kind: "field" }>,
): Promise<void> {
  const records = await condition(ctx, purpose, { k: "all" });
  const written = text.split(".");
  const places = bare(field.path)
    .split(".")
    .flatMap((segment, i) => (segment.startsWith("<") ? [i] : []));
  for (const [i, { column, known }] of (field.names ?? []).entries()) {
    const asked = given[i]!;
    if (known.includes(asked)) continue;
    const rows = relationRows(purpose, field.relation, [column]);
    const { with: before, from, where } = selection(purpose, rows, records);
    const answer = await ask(
      ctx,
      sql`WITH ${before}one AS (SELECT 1) SELECT DISTINCT ${name(column)} FROM ${from} WHERE ${where} ORDER BY 1`,
    );
    const found = answer.map(([value]) => String(value));
    if (found.includes(asked)) continue;
    const names = [...new Set([...found, ...known])];
    const near = nearest(asked, names);
    const meant = (near.length > 0 ? near : names.slice(0, 3)).map((other) =>
      written.with(places[i]!, other).join("."),
    );
    throw new UserError(
      `Unknown field "${text.slice(0, 100)}" of ${purpose}: there is no ${JSON.stringify(asked.slice(0, 40))} there. Did you mean ${meant.join(" or ")}?`,
    );
  }
}

/**
 * An error when no record that the asker may see has such a path and the record model knows of none.
 * @param argument where the path was given.
 * @throws UserError naming the nearest members.
 */
export async function checkMember(
  ctx: QueryContext,
  purpose: Purpose,
  asked: Asked,
  argument = "field",
): Promise<void> {
  await aboutLater(argument, async () => {
    const { path, rows } = asked;
    if (path?.kind === "field") await checkNames(ctx, purpose, path);
    const { place } = rows;
    if (place.at === "source" && place.source.shape !== null)
      await checkInside(ctx, purpose, asked, place.source, place.inside);
  });
}

/** The field that a path names. */
export function askedPath(purpose: Purpose, path: Path): Asked {
  return { text: path.text, path, rows: pathRows(purpose, path) };
}
