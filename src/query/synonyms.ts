/** What people call a field, where the catalogue calls it something else. Only error messages read it. */
import type { Purpose } from "../model/purpose.ts";

/** Paths of host records. */
const HOST: Readonly<Record<string, string>> = {
  address: "addr",
  as: "infos.as_num",
  asn: "infos.as_num",
  asname: "infos.as_name",
  asnum: "infos.as_num",
  category: "categories",
  city: "infos.city",
  country: "infos.country_code",
  cpe: "cpes",
  cve: "ports.scripts.vulns.id",
  devicetype: "ports.service_devicetype",
  domain: "hostnames.domains",
  domains: "hostnames.domains",
  extrainfo: "ports.service_extrainfo",
  firstseen: "starttime",
  hop: "traces.hops.ipaddr",
  host: "addr",
  hostname: "hostnames.name",
  ip: "addr",
  lastseen: "endtime",
  mac: "addresses.mac",
  name: "hostnames.name",
  output: "ports.scripts.output",
  port: "ports.port",
  product: "ports.service_product",
  products: "ports.service_product",
  protocol: "ports.protocol",
  script: "ports.scripts.id",
  service: "ports.service_name",
  services: "ports.service_name",
  svc: "ports.service_name",
  tag: "tags.value",
  title: "ports.scripts.http-title.title",
  ttl: "traces.hops.ttl",
  tunnel: "ports.service_tunnel",
  version: "ports.service_version",
  vuln: "ports.scripts.vulns.id",
  vulns: "ports.scripts.vulns.id",
};

/** Fields of topvalues for host records, where they say more than the path does. */
const HOST_TOP: Readonly<Record<string, string>> = {
  "as.name": "as",
  "as.num": "asnum",
  asn: "asnum",
  "country.code": "country",
  "country.name": "country",
  cve: "vulns.id",
  "smb.dnsdomain": "ntlm.domain_dns",
  "smb.domain": "ntlm.domain",
  "smb.domain_dns": "ntlm.domain_dns",
  "smb.forest_dns": "ntlm.forest",
  "smb.fqdn": "ntlm.fqdn",
  "smb.server": "ntlm.server",
  "smb.workgroup": "ntlm.workgroup",
  svc: "service",
  vuln: "vulns.id",
  vulns: "vulns.id",
};

const PASSIVE: Readonly<Record<string, string>> = {
  address: "addr",
  host: "addr",
  dns: "infos.domain",
  domain: "infos.domain",
  endtime: "lastseen",
  ip: "addr",
  os: "infos.os",
  starttime: "firstseen",
  target: "targetval",
  type: "recontype",
};

/**
 * The field that a word most likely means, or null. `ports.product` means what `product` does.
 * @param top whether a field of topvalues will do.
 */
export function synonym(purpose: Purpose, given: string, top: boolean): string | null {
  const word = given
    .trim()
    .toLowerCase()
    .replace(/^(?:ports?|hosts?)\./, "");
  const tables = purpose === "passive" ? [PASSIVE] : top ? [HOST_TOP, HOST] : [HOST];
  for (const table of tables) if (Object.hasOwn(table, word)) return table[word]!;
  return null;
}
