/** Whole passive records in the shapes of spec ivre §5.3. Texts are complete, however long. */
import type { DuckDBValue } from "@duckdb/node-api";
import { name, sql } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import { object, ofBatch, plain, present } from "./batch.ts";
import { ask, type QueryContext } from "./context.ts";
import { DECODERS } from "./decode.ts";
import { PASSIVE_FIELDS } from "./passive-fields.ts";
import { type JsonObject, type Projection, project } from "./projection.ts";

const SCHEMA_VERSION = 3;

/** Members in the order in which they are printed. */
const COLUMNS = [
  "addr",
  "targetval",
  "sensor",
  "recontype",
  "source",
  "port",
  "value",
  "firstseen",
  "lastseen",
  "count",
] as const;

const PLACE = ["country_code", "country_name", "as_num", "as_name"] as const;

/** Paths that are printed only when they are named. */
const NAMED: ReadonlySet<string> = new Set(
  PASSIVE_FIELDS.filter((field) => field.named?.includes("passive")).map((field) => field.path),
);

/** Where the names that DNS says are printed, by what passive.domain calls them. */
const NAMES_AS: ReadonlyMap<string, string> = new Map([
  ["answer", "domain"],
  ["blacklist", "domain"],
  ["target", "domaintarget"],
]);

const NAME_MEMBERS = [...NAMES_AS.values()];

type Names = Map<string, Json[]>;

/** The names that DNS says, each with its parents, by record and member. */
async function namesOf(
  ctx: Pick<QueryContext, "connection">,
  ids: readonly bigint[],
): Promise<Map<bigint, Names>> {
  const rows = await ask(
    ctx,
    sql`SELECT record_id, origin, name FROM passive.domain WHERE ${ofBatch(ids, "record_id")} ORDER BY record_id, origin, level DESC`,
  );
  const byRecord = new Map<bigint, Names>();
  for (const [id, origin, domain] of rows) {
    const member = NAMES_AS.get(String(origin));
    if (member === undefined) continue;
    const names: Names = byRecord.get(id as bigint) ?? new Map();
    byRecord.set(id as bigint, names);
    names.set(member, [...(names.get(member) ?? []), plain(domain!)]);
  }
  return byRecord;
}

/** What was parsed from the value. Names that DNS says do not lie in the record. */
function infosOf(text: DuckDBValue, recontype: DuckDBValue, names: Names | undefined): JsonObject {
  const parsed = DECODERS.json(text);
  const extras = parsed !== null && typeof parsed === "object" && !Array.isArray(parsed) ? parsed : {};
  if (recontype !== "DNS_ANSWER" && recontype !== "DNS_BLACKLIST") return extras;
  const rest = Object.entries(extras).filter(([member]) => !NAME_MEMBERS.includes(member));
  return Object.fromEntries([...rest, ...(names ?? [])]);
}

/** The passive records with these keys, in their order, cut to the projection. */
export async function observationsOf(
  ctx: Pick<QueryContext, "connection">,
  ids: readonly bigint[],
  projection: Projection,
): Promise<JsonObject[]> {
  if (ids.length === 0) return [];
  const rows = await ask(
    ctx,
    sql`SELECT id, infos, ${name([...PLACE, ...COLUMNS].join(", "))} FROM passive.record WHERE ${ofBatch(ids, "id")}`,
  );
  const names = await namesOf(ctx, ids);
  const withPlace = projection?.some((path) => NAMED.has(path)) ?? false;
  const records = new Map(
    rows.map(([id, extras, ...rest]) => {
      const place = object(PLACE, rest.slice(0, PLACE.length));
      const columns = rest.slice(PLACE.length);
      const recontype = columns[COLUMNS.indexOf("recontype")]!;
      const infos = {
        ...infosOf(extras!, recontype, names.get(id as bigint)),
        ...(withPlace && place),
      };
      const record = present([
        ["schema_version", SCHEMA_VERSION],
        ...COLUMNS.map((column, i): [string, Json] => [
          column,
          column === "addr" ? DECODERS.address(columns[i]!) : plain(columns[i]!),
        ]),
        ["infos", Object.keys(infos).length > 0 ? infos : null],
      ]);
      return [id as bigint, projection === null ? record : project(record, projection)];
    }),
  );
  return ids.map((id) => records.get(id)!);
}
