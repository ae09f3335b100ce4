/** From DuckDB values to the JSON values of an answer. */
import type { DuckDBValue } from "@duckdb/node-api";
import { formatAddress } from "../model/ip.ts";
import type { Json } from "../model/json.ts";

/** ISO 8601 in UTC, whole seconds without a fraction: `2023-11-14T22:13:20Z`. */
export function isoDate(micros: bigint): string {
  const seconds = micros / 1_000_000n - (micros % 1_000_000n < 0n ? 1n : 0n);
  const fraction = Number(micros - seconds * 1_000_000n);
  const text = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return fraction === 0 ? `${text}Z` : `${text}.${String(fraction).padStart(6, "0").replace(/0+$/, "")}Z`;
}

function plain(value: DuckDBValue): Json {
  switch (typeof value) {
    case "bigint":
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case "string":
    case "number":
    case "boolean":
      return value;
    default:
      if (value === null) return null;
      if ("micros" in value && typeof value.micros === "bigint") return isoDate(value.micros);
      if ("items" in value) return value.items.map(plain);
      throw new TypeError(`no JSON form for a DuckDB ${Object.prototype.toString.call(value)}`);
  }
}

function address(value: DuckDBValue): Json {
  return typeof value === "bigint" ? formatAddress(value) : null;
}

function json(value: DuckDBValue): Json {
  return typeof value === "string" ? (JSON.parse(value) as Json) : null;
}

/** `{count, tcp: {count, ports}, …}` from a list of {protocol, port}, sorted by protocol and port (spec §6.1). */
export function openports(ports: readonly { protocol: string; port: number }[]): Record<string, Json> {
  const byProtocol = new Map<string, number[]>();
  for (const { protocol, port } of ports) {
    const list = byProtocol.get(protocol);
    if (list) list.push(port);
    else byProtocol.set(protocol, [port]);
  }
  const out: Record<string, Json> = { count: ports.length };
  for (const [protocol, list] of byProtocol) out[protocol] = { count: list.length, ports: list };
  return out;
}

function items(value: DuckDBValue | undefined): readonly DuckDBValue[] {
  return value !== null && typeof value === "object" && "items" in value ? value.items : [];
}

/** Protocol and port pairs from what `portListOf` (relations.ts) makes; none from a null list. */
export function portPairs(value: DuckDBValue): { protocol: string; port: number }[] {
  if (value === null || typeof value !== "object" || !("entries" in value) || Array.isArray(value.entries))
    return [];
  const { ports, names } = value.entries;
  return items(ports).map((packed) => ({
    protocol: String(items(names)[Math.floor(Number(packed) / 65536) - 1]),
    port: Number(packed) % 65536,
  }));
}

/** An address that a JSON object built in SQL holds as a decimal number in text. */
function withAddress(object: Json, member: string): Json {
  if (object === null || typeof object !== "object" || Array.isArray(object)) return object;
  const digits = object[member];
  return typeof digits === "string" ? { ...object, [member]: formatAddress(BigInt(digits)) } : object;
}

function trace(value: DuckDBValue): Json {
  const object = json(value);
  if (object === null || typeof object !== "object" || Array.isArray(object)) return object;
  const hops = object.hops;
  return Array.isArray(hops) ? { ...object, hops: hops.map((hop) => withAddress(hop, "ipaddr")) } : object;
}

/** How a column of an answer is decoded; the names are what the catalogue says. */
export const DECODERS = {
  plain,
  address,
  json,
  openports: (value: DuckDBValue) => openports(portPairs(value)),
  hop: (value: DuckDBValue) => withAddress(json(value), "ipaddr"),
  port: (value: DuckDBValue) => withAddress(json(value), "state_reason_ip"),
  trace,
} as const satisfies Record<string, (value: DuckDBValue) => Json>;

export type Decoder = keyof typeof DECODERS;
