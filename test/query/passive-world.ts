/** Passive records put into the tables by hand, in the shapes of spec ivre §5.3. */

import { EVERYTHING } from "../../src/access/scope.ts";
import type { Json } from "../../src/model/json.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { derivePassive } from "../../src/view/derive-passive.ts";
import { emptyDatabase, hostRow, insertPassive, type Row } from "../support/db.ts";

export interface PassiveRecord {
  schema_version?: 3;
  addr?: string;
  targetval?: string;
  sensor?: string;
  recontype: string;
  source?: string;
  port?: number;
  value: string;
  firstseen: string;
  lastseen: string;
  count: number;
  /** Names that DNS says are derived when the record is stored. */
  infos?: { [member: string]: Json };
}

/** What the reference data knows of an address. */
export interface Place {
  country_code?: string;
  country_name?: string;
  as_num?: number;
  as_name?: string;
}

/** A context that may see everything; ids are given in order from 1. */
export async function passiveContext(
  records: readonly PassiveRecord[],
  places: Readonly<Record<string, Place>> = {},
): Promise<QueryContext> {
  const connection = await emptyDatabase();
  const rows = records.map(({ schema_version: _, addr, firstseen, lastseen, infos, ...rest }, i) => {
    const row: Record<string, Json | undefined> = {
      ...rest,
      ...(addr === undefined ? {} : places[addr]),
      firstseen: firstseen.replace("Z", ""),
      lastseen: lastseen.replace("Z", ""),
      infos: infos && !rest.recontype.startsWith("DNS_") ? JSON.stringify(infos) : undefined,
    };
    const given = Object.entries(row).filter(([, value]) => value !== undefined);
    return hostRow(i + 1, addr ?? null, Object.fromEntries(given) as Row);
  });
  await insertPassive(connection, "record", rows);
  await derivePassive(connection, 0);
  return { connection, scope: EVERYTHING };
}

const SEEN = { firstseen: "2023-11-14T22:13:20.5Z", lastseen: "2023-11-15T22:13:20Z" };

/** Records of many kinds; the first four are those of spec ivre §5.3. */
export const OBSERVED: readonly PassiveRecord[] = [
  {
    schema_version: 3,
    addr: "192.0.2.10",
    sensor: "sensor1",
    recontype: "HTTP_SERVER_HEADER",
    source: "SERVER",
    port: 80,
    value: "nginx/1.18.0",
    ...SEEN,
    count: 12,
    infos: { service_name: "http", service_product: "nginx", service_version: "1.18.0" },
  },
  {
    schema_version: 3,
    addr: "192.0.2.10",
    sensor: "sensor1",
    recontype: "DNS_ANSWER",
    source: "A-192.0.2.53-53",
    value: "www.example.com",
    ...SEEN,
    count: 3,
    infos: { domain: ["www.example.com", "example.com", "com"] },
  },
  {
    schema_version: 3,
    targetval: "cdn.example.net",
    recontype: "DNS_ANSWER",
    source: "CNAME-192.0.2.53-53",
    value: "www.example.com",
    ...SEEN,
    count: 1,
    infos: {
      domain: ["www.example.com", "example.com", "com"],
      domaintarget: ["cdn.example.net", "example.net", "net"],
    },
  },
  {
    schema_version: 3,
    addr: "192.0.2.10",
    recontype: "SSL_SERVER",
    source: "cert",
    port: 443,
    value: "MII".repeat(1000),
    ...SEEN,
    count: 1,
    infos: {
      subject: { commonName: "www.example.com" },
      subject_text: "commonName=www.example.com",
      not_before: "2023-01-01T00:00:00Z",
      san: ["DNS:www.example.com", "DNS:example.com"],
      pubkey: { type: "rsa", bits: 2048 },
      md5: "0a",
      self_signed: true,
    },
  },
  {
    schema_version: 3,
    addr: "2001:db8::25",
    sensor: "sensor2",
    recontype: "SSH_SERVER_HOSTKEY",
    source: "SSHv2",
    port: 22,
    value: "AAAAB3",
    ...SEEN,
    count: 2,
    infos: { algo: "ssh-rsa", bits: 1024, md5: "aa", sha1: "bb", sha256: "cc" },
  },
  {
    schema_version: 3,
    addr: "198.51.100.7",
    sensor: "sensor2",
    recontype: "SSH_SERVER_HOSTKEY",
    source: "SSHv2",
    port: 22,
    value: "AAAAE2",
    ...SEEN,
    count: 5,
    infos: { algo: "ecdsa-sha2-nistp256", bits: 256, md5: "dd" },
  },
  {
    schema_version: 3,
    addr: "198.51.100.7",
    sensor: "sensor2",
    recontype: "SSH_SERVER_HASSH",
    source: "hassh-v1.1",
    port: 22,
    value: "h1",
    ...SEEN,
    count: 5,
    infos: { raw: "kex;enc;mac;comp", sha1: "s1", sha256: "s256" },
  },
  {
    schema_version: 3,
    addr: "10.0.0.9",
    recontype: "SSH_CLIENT_HASSH",
    source: "hassh-v1.1",
    value: "h2",
    ...SEEN,
    count: 1,
    infos: { raw: "k;e;m;c", sha1: "s2" },
  },
  {
    schema_version: 3,
    addr: "10.0.0.9",
    recontype: "HTTP_CLIENT_HEADER",
    source: "USER-AGENT",
    value: "curl/8.5.0",
    ...SEEN,
    count: 7,
  },
  {
    schema_version: 3,
    addr: "10.0.0.9",
    recontype: "HTTP_CLIENT_HEADER",
    source: "USER-AGENT",
    value: "Mozilla/5.0",
    ...SEEN,
    count: 40,
  },
  {
    schema_version: 3,
    addr: "10.0.0.9",
    recontype: "SSL_CLIENT",
    source: "ja3",
    value: "e1d8",
    ...SEEN,
    count: 2,
    infos: { raw: "771,4865", sha1: "5a" },
  },
  {
    schema_version: 3,
    addr: "192.0.2.10",
    recontype: "SSL_SERVER",
    source: "ja3-e1d8",
    port: 443,
    value: "47de",
    ...SEEN,
    count: 2,
    infos: { raw: "771,49199", client: { raw: "771,4865", sha1: "5a" } },
  },
  {
    schema_version: 3,
    addr: "10.20.0.1",
    recontype: "SMB",
    source: "tcp-SMB",
    port: 445,
    value: "domain:Q09SUA==",
    ...SEEN,
    count: 1,
    infos: { domain: "CORP", is_guest: false },
  },
  {
    schema_version: 3,
    addr: "203.0.113.9",
    recontype: "DNS_BLACKLIST",
    source: "zen.spamhaus.org-A-192.0.2.53-53",
    value: "127.0.0.2",
    ...SEEN,
    count: 1,
    infos: { domain: ["zen.spamhaus.org", "spamhaus.org", "org"] },
  },
  {
    schema_version: 3,
    addr: "192.0.2.11",
    recontype: "SSH_SERVER",
    port: 22,
    value: "SSH-2.0-dropbear",
    ...SEEN,
    count: 4,
    infos: { service_name: "ssh" },
  },
];

export const PLACES: Readonly<Record<string, Place>> = {
  "192.0.2.10": { country_code: "DE", country_name: "Germany", as_num: 64500, as_name: "EXAMPLE" },
  "192.0.2.11": { country_code: "FR", as_num: 9 },
};
