/**
 * Random databases, the same for the same seed: hosts and observations full of what breaks questions (missing values,
 * several elements of everything, texts that look like SQL, regular expressions or numbers), through the loaders of
 * imports, with the view folded.
 */
import { EVERYTHING } from "../../src/access/scope.ts";
import { parseAddress } from "../../src/model/ip.ts";
import type { Json } from "../../src/model/json.ts";
import { type Observation, RECONTYPES } from "../../src/model/passive.ts";
import type { Host, Port, Script } from "../../src/model/scan.ts";
import { infosOf } from "../../src/passive/infos.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { recordImport } from "../../src/store/import-log.ts";
import { ScanLoader } from "../../src/store/loader.ts";
import { PassiveLoader } from "../../src/store/passive-loader.ts";
import { refreshAll } from "../../src/view/refresh.ts";
import { pick, type Random, seeded, type Vocabulary } from "../filter/random.ts";
import { emptyDatabase } from "./db.ts";
import { IMPROVEMENTS_OFF } from "./improvements.ts";

/** Texts that stand in the data and are asked for. */
export const TEXTS: readonly string[] = [
  "",
  " ",
  "a",
  "A",
  "ab",
  "ssh",
  "http",
  "SSH",
  "42",
  "null",
  "é",
  "e\u0301",
  "ß",
  "😀",
  "\u0000",
  "a\u0000b",
  "line1\nline2",
  "\t\r\n",
  "\u001b[31m",
  "\u202e",
  "'",
  '"',
  "`",
  "\\",
  "\\\\",
  "\\d+",
  "/",
  "/a/",
  "/a/i",
  ".*",
  "a.b",
  "(a|b)",
  "[a-z]",
  "^$",
  "{2}",
  "%",
  "_",
  "?",
  "$1",
  ":a",
  "-",
  "'); DROP TABLE view.host; --",
  "' OR '1'='1",
  '"; SELECT * FROM nmap.host; /*',
  "<script>",
  "__proto__",
  '{"a":1}',
  "x".repeat(300),
];

/** Regular expressions, most of which find some of the texts. */
const PATTERNS: readonly string[] = [
  "",
  ".",
  "^$",
  "^a",
  "b$",
  "^line2$",
  "[a-z]+",
  "[^a-z]",
  "\\d",
  "\\x00",
  "\\\\",
  "'",
  "(a|b)b?",
  "(?i)ssh",
  "\\p{Lu}",
  "\\Qa.b\\E",
  "a.b",
  "ß",
  "😀",
  "example\\.(com|org)$",
  "--",
];

const NAMES = ["a.example.com", "b.example.org", "example.com", "x", "a", "xn--e1afmkfd.example", "10.0.0.1"];
const V4 = ["192.0.2.1", "192.0.2.2", "192.0.3.1", "0.0.0.0", "255.255.255.255", "10.0.0.1", "172.16.0.1"];
const V6 = ["2001:db8::1", "2001:db8::2", "::", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1"];

/** What filters over generated databases ask about. */
export const WORDS: Vocabulary = {
  texts: [...TEXTS, ...NAMES, "com", "open", "tcp", "lan", "DNS_ANSWER", "SSL_SERVER", "Vulnerable", "CVE-1"],
  patterns: PATTERNS,
  addresses: [...V4, ...V6, "203.0.113.1"],
  nets: ["192.0.2.0/24", "0.0.0.0/0", "::/0", "2001:db8::/32", "::/96", "10.0.0.1/32", "255.255.255.254/31"],
  ports: [0, 22, 80, 443, 65535, [0, 65535], [79, 81], [443, 22]],
  numbers: [0, 1, 2, 22, 80, 443, 65535],
  systems: [0, 1, 64500, 4294967295],
  countries: ["DE", "FR", "XX"],
  protocols: ["tcp", "udp", "sctp"],
  states: ["open", "closed", "filtered", "open|filtered"],
  amounts: [0, 1, 2, 3, Number.MAX_SAFE_INTEGER],
  instants: [0, 1_600_000_000, 1_700_000_000, 1_800_000_000, 253_402_300_800],
  values: [
    { n: 1 },
    { n: { $gte: 1, $lt: 3 } },
    { "of.a": "a" },
    { "of.a": { $regex: "^a", $options: "i" }, n: { $in: [1, "1", null] } },
    { of: { $ne: [] } },
    { "'": { $ne: "'" } },
    { ["__proto__"]: "a" },
    { of: { a: "a", n: 1 } },
    { state: "VULNERABLE", id: "CVE-1" },
    { id: "CVE-1" },
  ],
};

/** What a random thing is made of. */
export class Maker {
  constructor(readonly random: Random) {}

  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  pick<T>(...values: T[]): T {
    return pick(this.random, values);
  }

  text(): string {
    return pick(this.random, TEXTS);
  }

  maybe<T>(make: () => T): T | undefined {
    return this.random() < 0.6 ? make() : undefined;
  }

  /** None to three. */
  some<T>(make: () => T): T[] {
    return Array.from({ length: this.below(4) }, make);
  }

  /** None to three different ones. */
  set<T>(make: () => T): T[] {
    return [...new Set(this.some(make))];
  }

  address(): bigint {
    const known = pick(this.random, [...V4, ...V6]);
    const others = [`192.0.${2 + this.below(3)}.${this.below(256)}`, `2001:db8::${this.below(512)}`];
    return parseAddress(this.random() < 0.5 ? known : this.pick(...others))!;
  }

  time(): number {
    return this.pick(0, 1_600_000_000, 1_650_000_000.5, 1_700_000_000);
  }

  json(depth: number): Json {
    const kind = depth === 0 ? 0 : this.random();
    if (kind < 0.3) return this.pick<Json>(1, 2.5, -1, 1e20, true, null, "1", this.text());
    if (kind < 0.5) return this.some(() => this.json(depth - 1));
    const keys = ["n", "of", "a", "'", "__proto__", "id"].filter(() => this.random() < 0.5);
    return Object.fromEntries(keys.map((key) => [key, this.json(depth - 1)]));
  }

  script(): Script {
    const id = this.pick("banner", "ssl-cert", "ssh-hostkey", "ftp-anon", this.text() || "x");
    const output = this.text();
    const kind = this.random();
    if (kind < 0.3) return { id, output };
    if (kind < 0.35) {
      const found = { id: this.pick("CVE-1", "CVE-2"), cvss: this.pick("7.5", "x"), type: "cve" };
      return { id: "vulners", output, key: "vulners", data: { "cpe:/a:x:y": [found, this.json(1)] } };
    }
    if (kind < 0.45) {
      const state = this.pick("VULNERABLE", "LIKELY VULNERABLE", "NOT VULNERABLE", this.text());
      return {
        id,
        output,
        key: "vulns",
        data: [{ id: this.pick("CVE-1", "CVE-2"), state, title: this.text() }],
      };
    }
    return { id, output, key: id === "ftp-anon" ? "ls" : id, data: this.json(4) };
  }

  port(port: number, protocol: string): Port {
    const text = () => this.maybe(() => this.text());
    return {
      protocol,
      port,
      state: this.pick("open", "open", "closed", "filtered", "open|filtered"),
      reason: this.maybe(() => this.pick("syn-ack", "response")),
      service: this.maybe(() => ({
        name: this.maybe(() => this.pick("ssh", "http", "", this.text())),
        product: text(),
        version: text(),
        extrainfo: text(),
        ostype: text(),
        devicetype: text(),
        hostname: this.maybe(() => this.pick(...NAMES, this.text())),
        tunnel: this.maybe(() => "ssl"),
        conf: this.maybe(() => this.below(11)),
      })),
      scripts: this.some(() => this.script()),
    };
  }

  ports(): Port[] {
    const places = this.set(() => this.pick("22 tcp", "80 tcp", "443 tcp", "80 udp", "0 sctp", "65535 tcp"));
    const ports = places.map((place) => {
      const [port, protocol] = place.split(" ") as [string, string];
      return this.port(Number(port), protocol);
    });
    const scripts = this.some(() => this.script());
    return scripts.length === 0 ? ports : [...ports, { port: -1, scripts }];
  }

  host(): Host {
    const text = () => this.maybe(() => this.text());
    return {
      addr: this.random() < 0.1 ? undefined : this.address(),
      addresses: this.set(() => this.pick("00:11:22:33:44:55", "aa:bb:cc:dd:ee:ff")).map((value) => ({
        type: "mac",
        value,
      })),
      state: this.maybe(() => "up"),
      starttime: this.maybe(() => this.time()),
      endtime: this.maybe(() => this.time()),
      timedout: this.random() < 0.1,
      hostnames: this.set(() => this.pick(...NAMES, this.text() || "x")).map((name) => ({
        name,
        type: this.maybe(() => "PTR"),
      })),
      ports: this.ports(),
      extraports: this.set(() => this.pick("closed", "filtered")).map((state) => ({
        state,
        total: this.below(9),
        reasons: [],
      })),
      os: this.maybe(() => ({
        matches: this.some(() => ({ name: this.text(), accuracy: "98" })),
        classes: this.some(() => ({ vendor: text(), osfamily: text(), osgen: text(), type: text() })),
      })),
      cpes: this.some(() => ({
        type: this.pick("a", "o", "h"),
        vendor: this.text(),
        product: this.text(),
        version: this.text(),
        origins: this.set(() => this.text()),
      })),
      traces: this.some(() => ({
        protocol: text(),
        hops: this.some(() => ({
          ttl: this.below(4),
          rtt: this.maybe(() => 0.5),
          addr: this.maybe(() => this.address()),
          host: this.maybe(() => this.pick(...NAMES, this.text())),
        })),
      })),
      categories: this.set(() => this.text()),
      tags: this.set(() => this.pick("Vulnerable", this.text())).map((value) => ({
        value,
        info: this.maybe(() => [this.text()]),
      })),
    };
  }

  observation(): Observation {
    const name = this.pick(...NAMES, this.text());
    const kind = this.random();
    const addr = this.address();
    const place = kind < 0.2 ? { targetval: name } : { addr };
    const first = this.time();
    return {
      ...place,
      recontype: kind < 0.4 ? "DNS_ANSWER" : this.pick(...RECONTYPES),
      source: this.maybe(() =>
        this.pick("A-192.0.2.53-53", "cert", "ja3", "SERVER", "HOST", "sni", this.text()),
      ),
      value: this.pick(...NAMES, "SSH-2.0-OpenSSH_9.2", "nginx/1.18.0", this.text()),
      sensor: this.maybe(() => this.pick("lan", this.text())),
      port: this.maybe(() => this.pick(22, 80, 443, 65535)),
      ...this.maybe(() => ({ firstseen: first, lastseen: first + this.below(1000) })),
      count: 1 + this.below(5),
      infos: this.maybe(() =>
        Object.fromEntries(
          ["service_name", "san", "subject", "domain", "'"]
            .filter(() => this.random() < 0.4)
            .map((key) => [key, key === "service_name" ? this.pick("ssh", this.text()) : this.json(2)]),
        ),
      ),
    };
  }
}

/** Reference data of our own: places of some addresses, others are nowhere. */
const PLACES = ["nmap.host", "view.host", "passive.record"].map(
  (table) => `UPDATE ${table} SET
    country_code = ['DE', 'FR', NULL][1 + (addr % 3)::INTEGER], as_num = [64500, 4294967295, 0, NULL][1 + (addr % 4)::INTEGER],
    as_name = ['a', '''', NULL][1 + (addr % 3)::INTEGER]`,
);

/**
 * A database of so many scanned hosts, in three scans, and as many observations of two sensors; with our improvements
 * over IVRE where the seed is even.
 */
export async function generated(seed: number, size: number): Promise<QueryContext> {
  const make = new Maker(seeded(seed));
  const connection = await emptyDatabase();
  await connection.run("CREATE TEMP TABLE touched (addr UHUGEINT)");
  const scans = await ScanLoader.open(connection);
  const passive = await PassiveLoader.open(connection);
  for (let id = 1; id <= 3; id++) {
    const part = Math.ceil(size / 3);
    for (let i = 0; i < part; i++) {
      scans.host(make.host(), { importId: id, runId: id });
      passive.add(make.observation());
    }
    scans.flush();
    await passive.merge(id, infosOf);
    await recordImport(connection, {
      ...{
        id,
        path: "x",
        sha256: String(id),
        bytes: 0,
        format: "nmap-xml",
        status: "imported",
        message: null,
      },
      ...{
        source: pick(make.random, ["office", "'", ""]),
        sensor: null,
        categories: make.set(() => make.text()),
        tags: [],
      },
      ...{ hosts: part, downHosts: 0, observations: part },
    });
  }
  scans.close();
  const improved = seed % 2 === 0;
  await refreshAll(connection, { ...IMPROVEMENTS_OFF, closeUnlisted: improved, vulnersAsVulns: improved });
  for (const statement of PLACES) await connection.run(statement);
  await connection.run("UPDATE view.host SET city = ['Bonn', '''', NULL][1 + (addr % 3)::INTEGER]");
  return { connection, scope: EVERYTHING };
}
