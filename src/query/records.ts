/**
 * Whole records for a batch of hosts: the host rows, then one statement a child table that is needed. Values
 * are as they were found; whoever shows them cleans them.
 */
import type { DuckDBValue } from "@duckdb/node-api";
import { name, sql } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import { type Batch, type ByHost, object, ofBatch, plain, present } from "./batch.ts";
import { ask, type QueryContext } from "./context.ts";
import { DECODERS } from "./decode.ts";
import { fieldsOf } from "./fields.ts";
import {
  addresses,
  categories,
  cpes,
  extraports,
  hostnames,
  openportsOf,
  osClasses,
  osMatches,
  ports,
  source,
  tags,
  traces,
} from "./members.ts";
import { bare } from "./path.ts";
import { type JsonObject, type Projection, project, wants } from "./projection.ts";

const SCHEMA_VERSION = 22;

const INFOS = ["country_code", "country_name", "city", "as_num", "as_name"] as const;

const HOST_COLUMNS = [
  "addr",
  "state",
  "state_reason",
  "state_reason_ttl",
  "starttime",
  "endtime",
  "timedout",
  "uptime",
  "distance",
  "os_portused",
  "os_portused_state",
  "os_fingerprint",
  ...INFOS,
] as const;

type HostRow = Record<(typeof HOST_COLUMNS)[number], DuckDBValue>;

type Member =
  /** A value of the host row. */
  | { name: string; of: (host: HostRow) => Json }
  /** A value of child tables. */
  | { name: string; load: (batch: Batch) => Promise<ByHost> };

const column = (column: keyof HostRow): Member => ({ name: column, of: (host) => plain(host[column]) });

/** Members in the order in which they are printed. */
const MEMBERS: readonly Member[] = [
  { name: "schema_version", of: () => SCHEMA_VERSION },
  { name: "addr", of: (host) => DECODERS.address(host.addr) },
  column("state"),
  column("state_reason"),
  column("state_reason_ttl"),
  column("starttime"),
  column("endtime"),
  column("timedout"),
  column("uptime"),
  column("distance"),
  { name: "source", load: source },
  { name: "categories", load: categories },
  { name: "addresses", load: addresses },
  { name: "hostnames", load: hostnames },
  { name: "extraports", load: extraports },
  { name: "ports", load: ports },
  { name: "openports", load: openportsOf },
  { name: "os", load: os },
  { name: "cpes", load: cpes },
  { name: "traces", load: traces },
  { name: "tags", load: tags },
  { name: "infos", of: infos },
];

function infos(host: HostRow): Json {
  const value = object(
    INFOS,
    INFOS.map((column) => host[column]),
  );
  return Object.keys(value).length > 0 ? value : null;
}

async function os(batch: Batch): Promise<ByHost> {
  const matches = await osMatches(batch);
  const classes = await osClasses(batch);
  const out: ByHost = new Map();
  for (const [id, host] of await hostRows(batch)) {
    const portused = object(["port", "state"], [host.os_portused, host.os_portused_state]);
    const value = present([
      ["portused", Object.keys(portused).length > 0 ? portused : null],
      ["osmatch", matches.get(id) ?? null],
      ["osclass", classes.get(id) ?? null],
      ["fingerprint", plain(host.os_fingerprint)],
    ]);
    if (Object.keys(value).length > 0) out.set(id, value);
  }
  return out;
}

async function hostRows(batch: Batch): Promise<Map<bigint, HostRow>> {
  const rows = await ask(
    batch.ctx,
    sql`SELECT id, ${name(HOST_COLUMNS.join(", "))} FROM ${name(batch.purpose)}.host WHERE ${ofBatch(batch.ids, "id")}`,
  );
  return new Map(
    rows.map(([id, ...values]) => [
      id as bigint,
      Object.fromEntries(HOST_COLUMNS.map((column, i) => [column, values[i] ?? null])) as HostRow,
    ]),
  );
}

/** Members that this purpose prints only when `fields` names them. */
function onlyNamed(purpose: ActivePurpose): ReadonlySet<string> {
  return new Set(
    fieldsOf(purpose)
      .filter((field) => field.named?.includes(purpose))
      .map((field) => bare(field.path)),
  );
}

/** The records of these hosts, in their order, cut to the projection. */
export async function recordsOf(
  ctx: Pick<QueryContext, "connection">,
  purpose: ActivePurpose,
  ids: readonly bigint[],
  projection: Projection,
): Promise<JsonObject[]> {
  if (ids.length === 0) return [];
  const batch: Batch = {
    ctx,
    purpose,
    ids,
    allTags: purpose === "view" || wants(projection, "tags"),
    pictures: projection?.includes("ports.screendata") ?? false,
  };
  const silent = onlyNamed(purpose);
  const needed = MEMBERS.filter(({ name }) =>
    projection === null ? !silent.has(name) : wants(projection, name),
  );
  const hosts = await hostRows(batch);
  const loaded = new Map<string, ByHost>();
  for (const member of needed) if ("load" in member) loaded.set(member.name, await member.load(batch));
  return ids.map((id) => {
    const host = hosts.get(id)!;
    const record = present(
      needed.map((member) => [
        member.name,
        "of" in member ? member.of(host) : (loaded.get(member.name)?.get(id) ?? null),
      ]),
    );
    return projection === null ? record : project(record, projection);
  });
}
