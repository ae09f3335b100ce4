/**
 * The members of a record that live in child tables, one loader each: from a batch of hosts to the member's
 * value by host, in the shapes of spec ivre §5.1 and §5.2.
 */
import type { DuckDBValue } from "@duckdb/node-api";

import { bind, sql } from "../filter/sqltext.ts";
import type { Json } from "../model/json.ts";
import { type Batch, type ByHost, children, members, object, plain, present } from "./batch.ts";
import { ask } from "./context.ts";
import { DECODERS, openports } from "./decode.ts";
import { PORT_COLUMNS } from "./objects.ts";
import type { JsonObject } from "./projection.ts";

/** The port that carries host scripts. */
const PSEUDO_PORT = -1;

/** The name and each parent domain. */
function parents(host: string): string[] {
  const labels = host.split(".");
  return labels.map((_, i) => labels.slice(i).join("."));
}

/** A list in view; in nmap a text, but for a record of IVRE's view that was imported with several. */
export async function source(batch: Batch): Promise<ByHost> {
  const rows = await children(batch, "source", ["value"], "value");
  const view = batch.purpose === "view";
  return members(rows, (values) =>
    view || values.length > 1 ? values.map(([value]) => plain(value!)) : plain(values[0]![0]!),
  );
}

export async function categories(batch: Batch): Promise<ByHost> {
  const rows = await children(batch, "category", ["value"], "value");
  return members(rows, (values) => values.map(([value]) => plain(value!)));
}

export async function addresses(batch: Batch): Promise<ByHost> {
  const rows = await children(batch, "address", ["type", "value"], "type, value");
  return members(rows, (values) => {
    const byType = new Map<string, Json[]>();
    for (const [type, value] of values) {
      const list = byType.get(String(type));
      if (list) list.push(plain(value!));
      else byType.set(String(type), [plain(value!)]);
    }
    return Object.fromEntries(byType);
  });
}

/** Records of scans always have the list, if only an empty one: nmap writes it for every host (spec ivre §5.1). */
export async function hostnames(batch: Batch): Promise<ByHost> {
  const names = await children(batch, "hostname", ["seq", "name", "type"], "seq");
  if (batch.purpose === "nmap") for (const id of batch.ids) if (!names.has(id)) names.set(id, []);
  const domains = await children(batch, "domain", ["hostname_seq", "name"], "hostname_seq, level DESC");
  return new Map(
    [...names].map(([id, rows]) => [
      id,
      rows.map(([seq, text, type]) =>
        present([
          ["name", plain(text!)],
          ["type", plain(type!)],
          [
            "domains",
            (domains.get(id) ?? []).filter(([of]) => of === seq).map(([, domain]) => plain(domain!)),
          ],
        ]),
      ),
    ]),
  );
}

export async function extraports(batch: Batch): Promise<ByHost> {
  const totals = await children(batch, "extraport", ["state", "total"], "state");
  const reasons = await children(batch, "extrareason", ["state", "reason", "count"], "state, reason");
  return new Map(
    [...totals].map(([id, rows]) => [
      id,
      Object.fromEntries(
        rows.map(([state, total]) => {
          const counts = new Map<string, number>();
          for (const [of, reason, count] of reasons.get(id) ?? [])
            if (of === state) counts.set(String(reason), (counts.get(String(reason)) ?? 0) + Number(count));
          return [String(state), { total: plain(total!), reasons: Object.fromEntries(counts) }];
        }),
      ),
    ]),
  );
}

/** One script result: structured output lies under its keys beside id and output. */
function script(
  [id, output, key, data]: readonly DuckDBValue[],
  more: ReadonlyMap<string, Json[]> | undefined,
): JsonObject {
  const entries: [string, Json][] = [
    ["id", plain(id!)],
    ["output", plain(output!)],
  ];
  if (typeof key === "string" && typeof data === "string" && key !== "id" && key !== "output")
    entries.push([key, JSON.parse(data) as Json]);
  return present([...entries, ...(more ?? [])]);
}

/** Further lists of script results by key, by the id of the port and the result's number. */
async function further(batch: Batch): Promise<Map<string, Map<string, Json[]>>> {
  const rows = await children(
    batch,
    "script_more",
    ["port_id", "seq", "key", "data"],
    "port_id, seq, element",
  );
  const found = new Map<string, Map<string, Json[]>>();
  for (const [port, list] of byPort(rows))
    for (const [seq, key, data] of list) {
      const at = `${port} ${seq}`;
      const lists = found.get(at) ?? new Map<string, Json[]>();
      found.set(at, lists);
      const value = JSON.parse(String(data)) as Json;
      const known = lists.get(String(key));
      if (known) known.push(value);
      else lists.set(String(key), [value]);
    }
  return found;
}

/** Rows that begin with the id of a port, without it, by that id (unique over all hosts). */
function byPort(rows: Map<bigint, DuckDBValue[][]>): Map<bigint, DuckDBValue[][]> {
  const found = new Map<bigint, DuckDBValue[][]>();
  for (const list of rows.values())
    for (const [port, ...rest] of list) {
      const of = found.get(port as bigint);
      if (of) of.push(rest);
      else found.set(port as bigint, [rest]);
    }
  return found;
}

async function scripts(batch: Batch): Promise<Map<bigint, JsonObject[]>> {
  const columns = ["port_id", "seq", "id", "output", "key", "data"];
  const rows = byPort(await children(batch, "script", columns, "port_id, seq"));
  const more = await further(batch);
  return new Map(
    [...rows].map(([port, list]) => [
      port,
      list.map(([seq, ...columns]) => script(columns, more.get(`${port} ${seq}`))),
    ]),
  );
}

/** The members about the picture of a port. */
async function screenshots(batch: Batch): Promise<Map<bigint, [string, Json][]>> {
  const shots = byPort(await children(batch, "screenshot", ["port_id", "kind", "picture"], "port_id"));
  const words = byPort(await children(batch, "screenword", ["port_id", "value"], "port_id, seq"));
  const found = new Map<bigint, [string, Json][]>();
  for (const port of new Set([...shots.keys(), ...words.keys()])) {
    const [kind = null, picture = null] = shots.get(port)?.[0] ?? [];
    found.set(port, [
      ["screenshot", plain(kind)],
      ["screendata", batch.pictures && typeof picture === "bigint" ? await base64(batch, picture) : null],
      ["screenwords", words.get(port)?.map(([word]) => plain(word!)) ?? null],
    ]);
  }
  return found;
}

/** A picture, asked for by itself: that reads no other, however large they are. */
async function base64(batch: Batch, picture: bigint): Promise<Json> {
  const id = sql`CAST(${bind(String(picture))} AS BIGINT)`;
  const pieces = await ask(
    batch.ctx,
    sql`SELECT to_base64(data) FROM main.picture WHERE id = ${id} ORDER BY seq`,
  );
  return pieces.length === 0 ? null : pieces.map(([piece]) => String(piece)).join("");
}

/** Ports by protocol and number; the pseudo-port of host scripts first in nmap, last in view. */
export async function ports(batch: Batch): Promise<ByHost> {
  const first = batch.purpose === "nmap" ? "DESC" : "ASC";
  const order = `port = ${PSEUDO_PORT} ${first}, protocol NULLS FIRST, port, id`;
  const rows = await children(batch, "port", ["id", ...PORT_COLUMNS], order);
  const results = await scripts(batch);
  const shots = await screenshots(batch);
  const ip = PORT_COLUMNS.indexOf("state_reason_ip");
  return new Map(
    [...rows].map(([host, list]) => [
      host,
      list.map(([id, ...columns]) =>
        present([
          ...PORT_COLUMNS.map((column, i): [string, Json] => [
            column,
            i === ip ? DECODERS.address(columns[i]!) : plain(columns[i]!),
          ]),
          ...(shots.get(id as bigint) ?? []),
          ["scripts", results.get(id as bigint) ?? null],
        ]),
      ),
    ]),
  );
}

export async function openportsOf(batch: Batch): Promise<ByHost> {
  const rows = await children(
    batch,
    "port",
    ["protocol", "port"],
    "protocol, port",
    `state_state = 'open' AND port <> ${PSEUDO_PORT}`,
  );
  const found = (id: bigint) =>
    (rows.get(id) ?? []).map(([protocol, port]) => ({ protocol: String(protocol), port: Number(port) }));
  return new Map(batch.ids.map((id) => [id, openports(found(id))]));
}

export const osMatches = (batch: Batch): Promise<ByHost> =>
  listed(batch, "os_match", ["name", "accuracy", "line"]);

export const osClasses = (batch: Batch): Promise<ByHost> =>
  listed(batch, "os_class", ["type", "vendor", "osfamily", "osgen", "accuracy"]);

/** Rows of a table as a list of objects. */
async function listed(batch: Batch, table: string, columns: readonly string[]): Promise<ByHost> {
  return members(await children(batch, table, columns, "seq"), (rows) =>
    rows.map((row) => object(columns, row)),
  );
}

export async function cpes(batch: Batch): Promise<ByHost> {
  const PARTS = ["type", "vendor", "product", "version"];
  const rows = await children(batch, "cpe", ["seq", ...PARTS], "seq");
  const origins = await children(batch, "cpe_origin", ["cpe_seq", "origin"], "cpe_seq, origin");
  return new Map(
    [...rows].map(([id, list]) => [
      id,
      list.map(([seq, ...parts]) => {
        const from = (origins.get(id) ?? []).filter(([of]) => of === seq).map(([, origin]) => String(origin));
        return { ...object(PARTS, parts), ...(from.length > 0 && { origins: from }) };
      }),
    ]),
  );
}

export async function traces(batch: Batch): Promise<ByHost> {
  const rows = await children(batch, "trace", ["seq", "protocol", "port"], "seq");
  const hops = await children(
    batch,
    "trace_hop",
    ["trace_seq", "ttl", "rtt", "addr", "host"],
    "trace_seq, seq",
  );
  const hop = ([, ttl, rtt, addr, host]: DuckDBValue[]): JsonObject =>
    present([
      ["ttl", plain(ttl!)],
      ["rtt", rtt === null ? "--" : plain(rtt!)],
      ["ipaddr", DECODERS.address(addr!)],
      ["host", plain(host!)],
      ["domains", typeof host === "string" ? parents(host) : null],
    ]);
  return new Map(
    [...rows].map(([id, list]) => [
      id,
      list.map(([seq, protocol, port]) => ({
        protocol: plain(protocol!),
        ...present([["port", plain(port!)]]),
        hops: (hops.get(id) ?? []).filter(([of]) => of === seq).map(hop),
      })),
    ]),
  );
}

export async function tags(batch: Batch): Promise<ByHost> {
  const given = batch.allTags ? "true" : "origin = 'import'";
  const rows = await children(batch, "tag", ["value", "type", "info"], "value, type, info", given);
  return members(rows, (list) => {
    const byTag = new Map<string, { tag: JsonObject; infos: Set<string> }>();
    for (const [value, type, info] of list) {
      const key = JSON.stringify([value, type]);
      const known = byTag.get(key) ?? { tag: object(["value", "type"], [value!, type!]), infos: new Set() };
      byTag.set(key, known);
      if (typeof info === "string") known.infos.add(info);
    }
    return [...byTag.values()].map(({ tag, infos }) => (infos.size > 0 ? { ...tag, info: [...infos] } : tag));
  });
}
