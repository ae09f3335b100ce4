/**
 * Databases that imports made one after the other, where one import bears on what others brought: scans that broke off
 * and the same ones whole, files that come again under other labels, observations that add up, addresses that several
 * scans and sensors saw. In pairs, as in worlds.ts.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFile } from "../../src/load/file.ts";
import { change } from "../../src/load/import.ts";
import type { Reader } from "../../src/mcp/call.ts";
import { parseAddress } from "../../src/model/ip.ts";
import type { DeriveOptions } from "../../src/view/options.ts";
import { emptyDatabase } from "../support/db.ts";
import { PLACES } from "./worlds.ts";

export interface ScannedHost {
  addr: string;
  /** Number, service and product of open ports. */
  ports: readonly (readonly [port: number, service: string, product?: string])[];
  end: number;
}

export interface Labels {
  category: string;
  source: string;
  tag: string;
}

export interface Scan extends Labels {
  /** Of the same run there may be several files. */
  run: string;
  whole: boolean;
  hosts: readonly ScannedHost[];
}

export interface Seen {
  addr: string;
  recontype: string;
  source?: string;
  value: string;
  sensor: string;
  port?: number;
  at: number;
  infos?: { [name: string]: string };
}

/** One import. */
export type Step = Scan | { seen: readonly Seen[] };

const START = 1_767_261_600;

function xml({ run, whole, hosts }: Scan): string {
  const each = hosts.map(({ addr, ports, end }) => {
    const listed = ports.map(
      ([port, service, product]) =>
        `<port protocol="tcp" portid="${port}"><state state="open" reason="syn-ack"/><service name="${service}"` +
        `${product === undefined ? "" : ` product="${product}"`} method="probed" conf="10"/></port>`,
    );
    return (
      `<host starttime="${START}" endtime="${START + end}"><status state="up" reason="echo-reply"/>` +
      `<address addr="${addr}" addrtype="ipv4"/><ports><extraports state="closed" count="${990 + ports.length}"/>` +
      `${listed.join("")}</ports></host>\n`
    );
  });
  const head = `<nmaprun scanner="nmap" args="nmap ${run}" start="${START}" version="7.93" xmloutputversion="1.05">`;
  const info = '<scaninfo type="syn" protocol="tcp" numservices="1000" services="1-1000"/>';
  const end = `<runstats><finished time="${START + 900}" elapsed="900" exit="success"/><hosts up="${hosts.length}" down="0" total="${hosts.length}"/></runstats></nmaprun>`;
  return `<?xml version="1.0"?>\n${head}\n${info}\n${each.join("")}${whole ? end : "<host"}`;
}

const json = ({ at, ...seen }: Seen): string =>
  `${JSON.stringify({ ...seen, firstseen: START + at, lastseen: START + at, count: 1 })}\n`;

export const DERIVE: DeriveOptions = { geo: false, closeUnlisted: true, vulnersAsVulns: true };

/** Imports a step; the number of its place among all is in its path. */
async function bring(connection: DuckDBConnection, step: Step, path: string, derive: DeriveOptions) {
  writeFileSync(path, "seen" in step ? step.seen.map(json).join("") : xml(step));
  const labels =
    "seen" in step
      ? { categories: [], tags: [] }
      : { source: step.source, categories: [step.category], tags: [{ value: step.tag }] };
  const options = { ...labels, force: false, limits: DEFAULT_LIMITS, ...derive };
  const input = { path, stdin: false, bytes: null };
  await change(connection, async (loaders) => [await importFile(loaders, input, options, {})], options);
}

export interface Made extends Reader {
  connection: DuckDBConnection;
}

/**
 * The database that these imports make, in their order; null stands for one of which nothing is brought.
 * @param derive how each is derived, where not all are derived alike.
 */
export async function importAll(
  steps: readonly (Step | null)[],
  derive: (step: number) => DeriveOptions = () => DERIVE,
): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-access-"));
  try {
    const connection = await emptyDatabase();
    for (const [i, step] of steps.entries()) {
      mkdirSync(join(folder, "scans"), { recursive: true });
      if (step !== null) await bring(connection, step, join(folder, "scans", `${i + 1}.file`), derive(i));
    }
    await connection.run(
      `UPDATE main.import SET path = regexp_extract(path, 'scans.*'),
         imported_at = make_timestamp(2026, 1, regexp_extract(path, '([0-9]+)[.]file', 1)::BIGINT, 0, 0, 0.0)`,
    );
    for (const statement of PLACES) await connection.run(statement);
    const last = await connection.runAndReadAll(
      "SELECT strftime(max(imported_at), '%Y-%m-%dT%H:%M:%SZ') FROM main.import",
    );
    const asOf = (last.getRows()[0]?.[0] ?? null) as string | null;
    const reading = { connection, empty: asOf === null, asOf, feedsAsOf: null, file: {} };
    return { connection, read: (work) => work(reading) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What may be seen: a filter, and the same for the records of imports. */
export interface Sight {
  filter: string;
  host(host: ScannedHost, labels: Labels): boolean;
  seen(seen: Seen): boolean;
}

const inGermany = ({ addr }: { addr: string }): boolean => parseAddress(addr)! % 3n === 0n;
const VIS = "VIS";

export const SIGHTS: readonly Sight[] = [
  {
    filter: "category:VIS",
    host: (_, { category }) => category === VIS,
    seen: ({ sensor }) => sensor === VIS,
  },
  {
    filter: "!category:HID",
    host: (_, { category }) => category === VIS,
    seen: ({ sensor }) => sensor === VIS,
  },
  { filter: "source:VIS", host: (_, { source }) => source === VIS, seen: ({ source }) => source === VIS },
  { filter: "tag:VIS", host: (_, { tag }) => tag === VIS, seen: () => false },
  {
    filter: "port:22",
    host: ({ ports }) => ports.some(([port]) => port === 22),
    seen: ({ port }) => port === 22,
  },
  {
    filter: "service:ssh",
    host: ({ ports }) => ports.some(([, service]) => service === "ssh"),
    seen: ({ recontype }) => recontype === "SSH_SERVER",
  },
  { filter: "country:DE", host: inGermany, seen: inGermany },
];

/** What is left of imports when only these records are brought. */
export function only(steps: readonly Step[], { host, seen }: Pick<Sight, "host" | "seen">): (Step | null)[] {
  return steps.map((step) => {
    if ("seen" in step) {
      const left = step.seen.filter(seen);
      return left.length === 0 ? null : { seen: left };
    }
    const left = step.hosts.filter((one) => host(one, step));
    return left.length === 0 ? null : { ...step, hosts: left };
  });
}

const at = (n: number): string => `192.0.2.${n}`;
const SSH = [22, "ssh", "OpenSSH"] as const;
const HTTP = [80, "http", "nginx"] as const;
const scanned = (n: number, end: number, ...ports: ScannedHost["ports"]): ScannedHost => ({
  addr: at(n),
  ports,
  end,
});

/** A run of six hosts, and what another file has of it: each host as it was, otherwise, or not at all. */
const RUN = [
  scanned(1, 10, SSH),
  scanned(2, 20, HTTP),
  scanned(3, 30, SSH, HTTP),
  scanned(4, 40),
  scanned(5, 50, [22, "telnet"]),
  scanned(6, 60, SSH),
];
const OTHERWISE = [RUN[0]!, scanned(2, 20, SSH), scanned(3, 30, HTTP), RUN[3]!, scanned(5, 50, SSH)];

const labels = (category: string, source: string, tag: string): Labels => ({ category, source, tag });
const scan = (run: string, whole: boolean, hosts: readonly ScannedHost[], of: Labels): Scan => ({
  ...{ run, whole, hosts },
  ...of,
});

const seenAt = (n: number, sensor: string, when: number, more: Partial<Seen> = {}): Seen => ({
  ...{ addr: at(n), recontype: "SSH_SERVER", value: "SSH-2.0-OpenSSH_9.2", port: 22, sensor, at: when },
  ...more,
});
const header = { recontype: "HTTP_SERVER_HEADER", source: "SERVER", value: "nginx/1.25", port: 80 };
const name = { recontype: "DNS_ANSWER", source: "VIS", value: "www.example.com" };

const ALL_VIS = labels("VIS", "VIS", "VIS");

/** The runs differ in which labels the broken-off and the whole file have. */
export const STEPS: readonly Step[] = [
  scan("a", false, OTHERWISE, ALL_VIS),
  scan("a", true, RUN, labels("HID", "VIS", "VIS")),
  {
    seen: [
      ...[seenAt(1, "VIS", 5), seenAt(1, "HID", 6), seenAt(2, "HID", 7, header), seenAt(7, "VIS", 8, header)],
      ...[seenAt(8, "HID", 9), seenAt(9, "VIS", 10, { ...name, port: undefined })],
    ],
  },
  scan("b", false, RUN.slice(0, 4), labels("VIS", "VIS", "HID")),
  scan("b", true, OTHERWISE, ALL_VIS),
  scan("c", false, RUN, labels("HID", "HID", "VIS")),
  scan("c", true, OTHERWISE, labels("VIS", "HID", "VIS")),
  // The same file again, under a tag of its own.
  scan("b", true, OTHERWISE, labels("VIS", "VIS", "HID")),
  {
    seen: [
      ...[seenAt(1, "VIS", 900, { infos: { note: "z" } }), seenAt(1, "HID", 901, { infos: { note: "a" } })],
      ...[seenAt(7, "VIS", 3, header), seenAt(10, "HID", 11, { ...header, source: "VIS" })],
    ],
  },
  scan("d", true, [scanned(11, 70, [443, "https"]), scanned(2, 71, HTTP)], labels("HID", "HID", "HID")),
];
