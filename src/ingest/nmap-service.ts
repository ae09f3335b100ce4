/** A `service` element of nmap's XML to a record (spec ivre §7.2). */
import type { Service } from "../model/scan.ts";
import { type Attributes, derivedName, filled } from "./nmap-values.ts";

const MAX_INT = 2_147_483_647;

const TEXTS = [
  "product",
  "version",
  "extrainfo",
  "ostype",
  "devicetype",
  "hostname",
  "tunnel",
  "method",
  "servicefp",
] as const;

const NUMBERS = [
  ["conf", 10],
  ["rpcnum", MAX_INT],
  ["lowver", MAX_INT],
  ["highver", MAX_INT],
] as const;

/**
 * Null for `method="table"`, which is nmap's guess from the port number alone. `integer` gives a number from 0
 * to a maximum, or undefined after a warning.
 */
export function readService(
  a: Attributes,
  integer: (text: string | undefined, max: number, what: string) => number | undefined,
): Service | null {
  if (a.method === "table") return null;
  const service: Service = {};
  let name = filled(a.name);
  if (name === "https") {
    name = "http";
    service.tunnel = "ssl";
  } else if (name?.startsWith("ssl/")) {
    name = name.slice(4);
    service.tunnel = "ssl";
  }
  if (filled(name) !== undefined) service.name = name;
  // An empty attribute is kept: nmap never writes one, and what a hand-made file says is not ours to change.
  for (const key of TEXTS) if (a[key] !== undefined) service[key] = a[key];
  for (const [key, max] of NUMBERS) {
    if (a[key] === undefined) continue;
    const value = integer(a[key], max, `service ${key}`);
    if (value !== undefined) service[key] = value;
  }
  return service;
}

/** The host name that a service told of itself, with the Windows domain that nmap prints in extrainfo appended. */
export function serviceHostname({ hostname, extrainfo }: Service): string | undefined {
  const name = hostname === undefined ? undefined : derivedName(hostname);
  if (name === undefined) return undefined;
  const domain = derivedName(/(?:^|[ ,;(])Domain: ([^,;)\s]+)/.exec(extrainfo ?? "")?.[1] ?? "");
  return domain === undefined || name.endsWith(`.${domain}`) ? name : `${name}.${domain}`;
}
