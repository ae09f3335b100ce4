/**
 * Which structured fields exist in this database: the paths into script results, or into what was parsed of
 * observations, that have a value in some record that the asker may see.
 */
import { allOf, bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { clean } from "../model/text.ts";
import { ask, condition, isPicked, numberedIds, type QueryContext } from "./context.ts";
import { fieldsOf } from "./fields.ts";
import { LISTS as INFOS_LISTS } from "./infos-path.ts";
import { bare, findPath } from "./path.ts";
import { LISTS as SCRIPT_LISTS } from "./scripts.ts";
import { commonType, leavesOf } from "./structure.ts";

export interface StructuredField {
  /** As topvalues, distinct, sort and fields take it. */
  path: string;
  type: string;
  /** Hosts with a value there, for passive records; an estimate where not every result was looked at. */
  records: number;
}

export interface Structured {
  /** By path. */
  fields: StructuredField[];
  /** Some numbers are estimates, and rare fields may be missing. */
  sampled: boolean;
  /** How often something was met that is not told: too deep, too many, or with a name that cannot be written. */
  unreachable: number;
}

/** Results of one script (records of one kind) that are looked at, when all are asked about and when one is. */
const SAMPLE = { all: 10_000, one: 100_000 };

/** Different structures that are looked at, the most frequent first. */
const MOST_STRUCTURES = 10_000;

/** Fields of one script (or of observations) that are told. */
const MOST_FIELDS = 1000;

/** Where the structured values of a purpose lie. */
interface Source {
  from: SqlText;
  /** What values are structured alike by: the script's key, the kind of observation. */
  group: SqlText;
  record: string;
  value: SqlText;
}

function sourceOf(purpose: Purpose): Source {
  return purpose === "passive"
    ? {
        from: name("passive.record AS r"),
        group: name("r.recontype"),
        record: "r.id",
        value: name("r.infos"),
      }
    : {
        from: name(
          `(SELECT host_id, key, data FROM ${purpose}.script UNION ALL SELECT host_id, key, data FROM ${purpose}.script_more) AS c`,
        ),
        group: name("c.key"),
        record: "c.host_id",
        value: name("c.data"),
      };
}

/** The common structure of a group's values, whose members come in the same order whichever value is met first. */
const STRUCTURE_OF = (value: SqlText): SqlText =>
  sql`(json_structure(to_json(list(${value} ORDER BY ${value})))->0)::VARCHAR`;

/**
 * Rows of group, its number of records, how many of them were looked at, and the records of each structure.
 * @param number numbers the records, to choose a part of them by.
 */
function structuresSql(
  { from, group, value, record: key }: Source,
  number: string,
  where: SqlText,
  sample: number,
): SqlText {
  const record = name(key);
  const groups = sql`SELECT ${group} AS grp, count(DISTINCT ${record}) AS records, greatest(1, count(*) // ${bind(sample)}) AS stride FROM ${from} WHERE ${where} GROUP BY 1`;
  // One structure a record, so that records with several results of a script count once.
  const each = sql`SELECT n.grp, ${record}, ${STRUCTURE_OF(value)} AS structure FROM ${from} JOIN n ON n.grp = ${group} WHERE ${where} AND (n.stride = 1 OR hash(${name(number)}) % n.stride = 0) GROUP BY ALL`;
  return sql`n AS MATERIALIZED (${groups}), s AS (SELECT grp, structure, count(*) AS amount FROM (${each}) GROUP BY ALL) SELECT grp, records, stride > 1, sum(amount) OVER (PARTITION BY grp)::BIGINT, structure, amount FROM s JOIN n USING (grp) ORDER BY amount DESC, grp, structure LIMIT ${bind(MOST_STRUCTURES)}`;
}

/**
 * The structured fields that the asker may see.
 * @param key only those of the script with this key.
 */
export async function structuredFields(
  ctx: QueryContext,
  purpose: Purpose,
  key: string | null = null,
): Promise<Structured> {
  const scope = await condition(ctx, purpose, { k: "all" });
  const source = sourceOf(purpose);
  const where = allOf([
    sql`${source.value} IS NOT NULL`,
    sql`${source.group} IS NOT NULL`,
    ...(key === null ? [] : [sql`${source.group} = ${bind(key)}`]),
  ]);
  const sample = key === null ? SAMPLE.all : SAMPLE.one;
  const before = scope === null ? name("") : sql`${numbered(purpose, scope)}, `;
  const structures =
    scope === null
      ? structuresSql(source, source.record, where, sample)
      : structuresSql(
          { ...source, from: sql`${source.from} JOIN picked ON picked.id = ${name(source.record)}` },
          "picked.number",
          where,
          sample,
        );
  const rows = await ask(ctx, sql`WITH ${before}${structures}`);
  const found = new Found(purpose);
  for (const [group, records, sampled, looked, structure, amount] of rows) {
    const share = sampled === true ? Number(records) / Number(looked) : 1;
    found.add(String(group), JSON.parse(String(structure)) as Json, Number(amount) * share);
  }
  if (purpose === "passive")
    await addNames(ctx, found, before, scope === null ? name("true") : isPicked("record_id"));
  return { ...found.result(), sampled: rows.some(([, , sampled]) => sampled === true) };
}

/** The common table expression `picked`: the records that satisfy a condition, numbered in their order. */
function numbered(purpose: Purpose, records: SqlText): SqlText {
  return sql`picked AS MATERIALIZED (${numberedIds(purpose, records)})`;
}

/** Names that DNS says lie in a table of their own. */
async function addNames(ctx: QueryContext, found: Found, before: SqlText, where: SqlText): Promise<void> {
  const [row = []] = await ask(
    ctx,
    sql`WITH ${before}d AS (SELECT DISTINCT record_id, origin = 'target' AS target FROM passive.domain WHERE origin IN ('answer', 'blacklist', 'target') AND ${where}) SELECT count(*) FILTER (NOT target), count(*) FILTER (target) FROM d`,
  );
  ["infos.domain", "infos.domaintarget"].forEach((path, i) => {
    if (Number(row[i]) > 0) found.addLeaf("infos", path, "string", Number(row[i]));
  });
}

/** Texts that are times (spec ivre §6.4). */
const TIMES: ReadonlySet<string> = new Set([
  "ports.scripts.ssl-cert.not_before",
  "ports.scripts.ssl-cert.not_after",
]);

/** The fields of all structures together. */
class Found {
  readonly #purpose: Purpose;
  readonly #fields = new Map<string, { type: string; records: number }>();
  readonly #perRoot = new Map<string, number>();
  /** Types that the catalogue knows better. */
  readonly #types: ReadonlyMap<string, string>;
  #unreachable = 0;

  constructor(purpose: Purpose) {
    this.#purpose = purpose;
    this.#types = new Map([
      ...fieldsOf(purpose).map((field) => [bare(field.path), field.type] as const),
      ...[...TIMES].map((path) => [path, "datetime"] as const),
    ]);
  }

  add(group: string, structure: Json, records: number): void {
    const passive = this.#purpose === "passive";
    if (!passive && !isKey(this.#purpose, group)) {
      this.#unreachable++;
      return;
    }
    const root = passive ? "infos" : group;
    const { leaves, unreachable } = leavesOf(root, structure, passive ? INFOS_LISTS : SCRIPT_LISTS);
    this.#unreachable += unreachable;
    for (const { path, type } of leaves)
      this.addLeaf(root, passive ? path : `ports.scripts.${path}`, type, records);
  }

  addLeaf(root: string, path: string, type: string, records: number): void {
    const known = this.#fields.get(path);
    if (known !== undefined) {
      known.type = commonType(known.type, type);
      known.records += records;
      return;
    }
    const fields = this.#perRoot.get(root) ?? 0;
    if (fields >= MOST_FIELDS) {
      this.#unreachable++;
      return;
    }
    this.#perRoot.set(root, fields + 1);
    this.#fields.set(path, { type, records });
  }

  result(): Omit<Structured, "sampled"> {
    const fields = [...this.#fields].map(([path, { type, records }]) => ({
      path,
      type: this.#types.get(path) ?? type,
      records: Math.round(records),
    }));
    return {
      fields: fields.sort((a, b) => (a.path < b.path ? -1 : 1)),
      unreachable: this.#unreachable,
    };
  }
}

/** Whether `ports.scripts.<key>` leads to results under this key. */
function isKey(purpose: Purpose, key: string): boolean {
  const path = findPath(purpose, `ports.scripts.${key}`);
  return path?.kind === "script" && path.key === key && clean(key) === key;
}
