/** Conditions on structured script output, rule by rule (spec ivre §2.4), on scripts of our own making. */
import { beforeAll, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readFilter } from "../../src/filter/ast.ts";
import { searchscript } from "../../src/filter/build.ts";
import { decodeToken, encodeToken } from "../../src/filter/token.ts";
import type { Values } from "../../src/filter/values.ts";
import { parseIvreJson } from "../../src/ingest/ivre-json.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { UserError } from "../../src/model/errors.ts";
import type { Json } from "../../src/model/json.ts";
import type { Host, Script } from "../../src/model/scan.ts";
import { bytesOf, inPieces } from "../ingest/read-events.ts";
import { emptyDatabase, hostRow, insert } from "../support/db.ts";
import { load } from "../view/world.ts";
import { select } from "./dataset.ts";
import { pick, type Random, seeded } from "./random.ts";

/** Hosts 1, 2, … with these scripts each. */
async function scripts(hosts: readonly (readonly Script[])[]): Promise<DuckDBConnection> {
  const db = await emptyDatabase();
  for (const [i, list] of hosts.entries()) {
    const host_id = i + 1;
    await insert(db, "view", "host", [hostRow(host_id, "192.0.2.1")]);
    await insert(
      db,
      "view",
      "script",
      list.map(({ id, output, key = null, data }, seq) => ({
        ...{ host_id, port_id: host_id, protocol: "tcp", port: 443, seq, id, output, key },
        data: data === undefined ? null : JSON.stringify(data),
      })),
    );
  }
  return db;
}

const output = "text";
const script = (id: string, data: Json, key = id): Script => ({ id, output, key, data });

const RSA = { type: "ssh-rsa", bits: 2048 };
const DSA = { type: "ssh-dss", bits: 1024 };
const FILES: Json = {
  volumes: [
    { volume: "/srv/mail", files: [{ filename: "a", size: 3 }] },
    { volume: "/", files: [{ filename: "b", size: 70 }, { filename: "c" }] },
  ],
  tags: ["t1", "t2"],
  nested: [["t3", "t4"]],
};
const ODD: Json = {
  'odd"key/~': { "*": [null, 1.5, "x"] },
  $a: 1,
  "": 2,
  "nul\u0000": "\u0000",
  "0": "zero",
  "'); DROP TABLE host; --": true,
  ["__proto__"]: "p",
  constructor: "c",
};

const HOSTS: readonly (readonly Script[])[] = [
  [script("ssh-hostkey", [RSA, DSA])],
  [script("ssh-hostkey", [{ type: "ssh-dss", bits: 2048 }]), script("other", { bits: 4096 })],
  [script("ssl-cert", [{ self_signed: true, subject: { o: "/etc", commonName: "x" }, "~": [1, "1"] }])],
  [{ ...script("ssl-cacert", [{ self_signed: false }, { subject: {} }], "ssl-cert"), output: "authority" }],
  [script("ftp-anon", FILES, "ls")],
  [script("odd", ODD)],
  [{ id: "ssh-hostkey", output }, script("banner", "text itself"), script("number", 7)],
  [script("http-app", { application: "a", version: "1" })],
];

type Case = readonly [what: string, name: string, values: Values, hosts: readonly number[], output?: string];

const CASES: readonly Case[] = [
  ["rule 1: under the alias of the script's id", "ftp-anon", { "volumes.volume": "/" }, [5]],
  ["rule 1: the alias is no script", "ls", { "volumes.volume": "/" }, []],
  ["rule 1: another script's data", "ssl-cert", { bits: 2048 }, []],
  ["rule 1: two scripts share an alias", "ssl-cacert", { self_signed: false }, [4]],
  ["rule 1: the other one of them", "ssl-cert", { self_signed: false }, []],
  ["rule 2: nothing asked", "ssh-hostkey", {}, [1, 2, 7]],
  ["rule 2: dotted path", "ssl-cert", { "subject.commonName": "x" }, [3]],
  ["rule 2: through lists in lists", "ftp-anon", { "volumes.files.filename": "c" }, [5]],
  ["rule 2: number of an element", "ftp-anon", { "volumes.1.files.0.filename": "b" }, [5]],
  ["rule 2: number of an element that is not there", "ftp-anon", { "tags.2": "t2" }, []],
  ["rule 2: a number is also a member", "odd", { "0": "zero" }, [6]],
  ["rule 2: lists in lists are not walked", "ftp-anon", { "nested.1": "t4" }, []],
  ["rule 2: a path longer than the data", "ssl-cert", { "self_signed.a.b": true }, []],
  ["rule 3: one condition, some element", "ssh-hostkey", { bits: 1024 }, [1]],
  [
    "rule 3: no list field, so different elements",
    "ftp-anon",
    { "volumes.files.filename": "b", "volumes.files.size": 3 },
    [5],
  ],
  ["rule 4: the same element", "ssh-hostkey", { type: "ssh-rsa", bits: 2048 }, [1]],
  ["rule 4: not of two elements", "ssh-hostkey", { type: "ssh-dss", bits: 2048 }, [2]],
  ["rule 4: nor with operators", "ssh-hostkey", { type: { $ne: "ssh-rsa" }, bits: { $gt: 1024 } }, [2]],
  ["rule 4: a list field that holds no list", "http-app", { application: "a", version: "1" }, [8]],
  ["rule 5: id and data of one script", "ssh-hostkey", { bits: 4096 }, []],
  ["rule 5: output and data of one script", "ssh-hostkey", { bits: 1024 }, [1], "/^te/"],
  ["rule 5: output of another script", "ssh-hostkey", { bits: 1024 }, [], "authority"],
  ["rule 6: no text for a number", "ssh-hostkey", { bits: "2048" }, []],
  ["rule 6: no text for a boolean", "ssl-cert", { self_signed: "true" }, []],
  ["rule 6: no number for a boolean", "ssl-cert", { self_signed: 1 }, []],
  ["rule 6: no number for a text", "http-app", { version: 1 }, []],
  ["rule 6: number and text side by side", "ssl-cert", { "~": "1" }, [3]],
  ["rule 6: a whole number however written", "ssh-hostkey", { bits: 2048.0 }, [1, 2]],
  ["rule 6: null", "odd", { 'odd"key/~.*': null }, [6]],
  ["rule 6: missing is not null", "odd", { missing: null }, []],
  ["rule 6: the whole list", "ftp-anon", { tags: ["t1", "t2"] }, [5]],
  ["rule 6: an element of the list", "ftp-anon", { tags: "t2" }, [5]],
  ["rule 6: a list inside the list", "ftp-anon", { nested: ["t3", "t4"] }, [5]],
  ["rule 6: list in another order", "ftp-anon", { tags: ["t2", "t1"] }, []],
  ["rule 6: part of the list", "ftp-anon", { tags: ["t1"] }, []],
  ["rule 6: longer list", "ftp-anon", { tags: ["t1", "t2", "t3"] }, []],
  ["rule 6: empty list", "ftp-anon", { tags: [] }, []],
  ["rule 6: object, members in another order", "ssl-cert", { subject: { commonName: "x", o: "/etc" } }, [3]],
  ["rule 6: part of an object", "ssl-cert", { subject: { commonName: "x" } }, []],
  ["rule 6: empty object", "ssl-cacert", { subject: {} }, [4]],
  ["rule 6: objects in lists", "ftp-anon", { "volumes.files": [{ size: 3, filename: "a" }] }, [5]],
  ["text: what looks like a regular expression", "ssl-cert", { "subject.o": "/etc" }, [3]],
  ["text: with two slashes", "ftp-anon", { "volumes.volume": "/srv/mail" }, [5]],
  ["$lt", "ssh-hostkey", { bits: { $lt: 2048 } }, [1]],
  ["$lte", "ssh-hostkey", { bits: { $lte: 2048 } }, [1, 2]],
  ["$gt", "ssh-hostkey", { bits: { $gt: 2048 } }, []],
  ["$gte, $lt: on one value", "ssh-hostkey", { bits: { $gte: 1025, $lt: 2048 } }, []],
  ["$gte of a text", "ssh-hostkey", { type: { $gte: "ssh-rsa" } }, [1]],
  ["$gte compares like with like", "ssh-hostkey", { type: { $gte: 0 }, bits: { $gte: "" } }, []],
  ["$in", "ssh-hostkey", { bits: { $in: [512, 1024, "2048"] } }, [1]],
  ["$in with lists", "ftp-anon", { tags: { $in: [["t1", "t2"]] } }, [5]],
  ["$ne: some element is", "ssh-hostkey", { bits: { $ne: 1024 } }, [2]],
  ["$ne: none is", "ssh-hostkey", { bits: { $ne: 512 } }, [1, 2]],
  ["$ne: no value at all", "ssh-hostkey", { missing: { $ne: 512 } }, []],
  ["$ne of a list", "ftp-anon", { tags: { $ne: ["t1"] } }, [5]],
  ["$regex", "ssl-cert", { "subject.commonName": { $regex: "^X$" } }, []],
  ["$regex with $options", "ssl-cert", { "subject.commonName": { $options: "mi", $regex: "^X$" } }, [3]],
  ["$regex of numbers", "ssh-hostkey", { bits: { $regex: "." } }, []],
  ["IVRE's encoded regex", "ssl-cert", { "subject.o": { f: "regexp", a: ["/ET/i"] } }, [3]],
  ["odd key", "odd", { 'odd"key/~.*': 1.5 }, [6]],
  ["odd key: a dollar behind a step", "odd", { "nowhere.$a": 1 }, []],
  ["odd key: SQL", "odd", { "'); DROP TABLE host; --": true }, [6]],
  ["odd key: NUL", "odd", { "nul\u0000": "\u0000" }, [6]],
  ["odd key: NUL counts", "odd", { nul: "\u0000" }, []],
  ["odd key: prototype", "odd", JSON.parse('{"__proto__":"p"}') as Values, [6]],
  ["odd key: prototype, not as asked", "odd", JSON.parse('{"__proto__":"q"}') as Values, []],
  ["odd key: constructor", "odd", { constructor: "c" } as unknown as Values, [6]],
  ["odd key: no wildcard", "ssl-cert", { "*": true }, []],
  ["odd key: half a surrogate pair", "odd", { "\ud800": "\udc00", a: ["\ud800"] }, []],
  ["data that is a text", "banner", { a: "text itself" }, []],
  ["a regex in a value is a member", "odd", { a: { re: "(" } }, []],
  ["values in a value are members", "odd", { a: { values: { b: { re: "(?=a)" } } } }, []],
];

describe("rules", () => {
  let db: DuckDBConnection;
  beforeAll(async () => {
    db = await scripts(HOSTS);
  });

  for (const [what, name, values, hosts, text] of CASES)
    test(what, async () => {
      const filter = searchscript({ name, values, output: text });
      expect(await select(db, filter, "view")).toEqual([...hosts]);
      // The same after the way that filters take from tool to tool, and the complement has all the others.
      const carried = decodeToken(encodeToken(filter));
      expect(await select(db, carried, "view")).toEqual([...hosts]);
      const others = HOSTS.map((_, i) => i + 1).filter((id) => !hosts.includes(id));
      expect(await select(db, { k: "not", of: filter }, "view")).toEqual(others);
    });

  test("rule 5: port and protocol, too", async () => {
    const filter = { ...searchscript({ name: "ssh-hostkey", values: { bits: 1024 } }), protocol: "tcp" };
    expect(await select(db, readFilter({ ...filter, port: 443 })!, "view")).toEqual([1]);
    expect(await select(db, readFilter({ ...filter, port: 22 })!, "view")).toEqual([]);
  });
});

const VULNS =
  `afp-path-vuln clamav-exec distcc-cve2004-2687 ftp-libopie ftp-vsftpd-backdoor ftp-vuln-cve2010-4221
  http-avaya-ipoffice-users http-cross-domain-policy http-dlink-backdoor http-frontpage-login http-huawei-hg5xx-vuln
  http-iis-short-name-brute http-method-tamper http-phpmyadmin-dir-traversal http-phpself-xss http-sap-netweaver-leak
  http-shellshock http-slowloris-check http-tplink-dir-traversal http-vuln-cve2006-3392 http-vuln-cve2009-3960
  http-vuln-cve2010-2861 http-vuln-cve2011-3192 http-vuln-cve2011-3368 http-vuln-cve2012-1823 http-vuln-cve2013-0156
  http-vuln-cve2013-6786 http-vuln-cve2013-7091 http-vuln-cve2014-2126 http-vuln-cve2014-2127 http-vuln-cve2014-2128
  http-vuln-cve2014-2129 http-vuln-cve2014-3704 http-vuln-cve2014-8877 http-vuln-cve2015-1427 http-vuln-cve2015-1635
  http-vuln-cve2017-1001000 http-vuln-cve2017-5638 http-vuln-cve2017-5689 http-vuln-cve2017-8917
  http-vuln-misfortune-cookie http-vuln-wnr1000-creds ipmi-cipher-zero mysql-vuln-cve2012-2122 qconn-exec
  rdp-vuln-ms12-020 realvnc-auth-bypass rmi-vuln-classloader rsa-vuln-roca samba-vuln-cve-2012-1182
  smb-double-pulsar-backdoor smb-vuln-conficker smb-vuln-cve-2017-7494 smb-vuln-cve2009-3103 smb-vuln-ms06-025
  smb-vuln-ms07-029 smb-vuln-ms08-067 smb-vuln-ms10-054 smb-vuln-ms10-061 smb-vuln-ms17-010 smb-vuln-regsvc-dos
  smb-vuln-webexec smb2-vuln-uptime smtp-vuln-cve2011-1720 smtp-vuln-cve2011-1764 ssl-ccs-injection ssl-dh-params
  ssl-heartbleed ssl-poodle sslv2-drown supermicro-ipmi-conf tls-ticketbleed`.split(/\s+/);

/** Structured key → the scripts that have their data there (spec §2.4; two of nuclei are missing in IVRE's table). */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  "ssl-cert": ["ssl-cert", "ssl-cacert"],
  nuclei: "dns http network ssl tcp code javascript".split(" ").map((kind) => `${kind}-nuclei`),
  ls: "afp-ls http-ls nfs-ls smb-ls ftp-anon".split(" "),
  "ntlm-info": "http imap ms-sql nntp pop3 rdp smtp telnet".split(" ").map((kind) => `${kind}-ntlm-info`),
  vulns: VULNS,
  vulners: ["vulners"],
  vulscan: ["vulscan"],
};

test("rule 1: each script of IVRE's alias table, as IVRE exports it", async () => {
  const pairs = Object.entries(ALIASES).flatMap(([key, ids]) => ids.map((id) => [id, key] as const));
  const document = {
    addr: "192.0.2.1",
    state: "up",
    ports: pairs.map(([id, key], i) => ({
      ...{ port: i + 1, protocol: "tcp", state_state: "open" },
      scripts: [{ id, output, [key]: [{ of: id, n: i }] }],
    })),
  };
  const hosts: Host[] = [];
  const text = bytesOf(`${JSON.stringify(document)}\n`);
  for await (const events of parseIvreJson(inPieces(text, 65536), DEFAULT_LIMITS))
    for (const event of events) if (event.kind === "host") hosts.push(event.host);
  const db = await load([{ source: "x", hosts }]);
  const keys = await db.runAndReadAll("SELECT id, key FROM nmap.script");
  expect(
    keys
      .getRows()
      .map((row) => row.join())
      .sort(),
  ).toEqual(pairs.map((pair) => pair.join()).sort());
  for (const [i, [id]] of pairs.entries()) {
    const ask = (values: Values) => select(db, searchscript({ name: id, values }), "nmap");
    expect([id, await ask({ of: id, n: i }), await ask({ of: `${id}.` })]).toEqual([id, [1], []]);
  }
});

const many = (n: number, value: Json): Json[] => Array.from({ length: n }, () => value);
const deep = (n: number): Json => (n === 0 ? 1 : [deep(n - 1)]);
const paths = (n: number): Values => Object.fromEntries(many(n, 1).map((one, i) => [`p${i}`, one]));

const REFUSED: readonly (readonly [Values, RegExp])[] = [
  [{ a: { $where: "1" } }, /^The condition on “a” .*“\$where” is not an operator \(known: \$lt, \$lte/],
  [{ a: { $gt: 1, b: 2 } }, /“b” is not an operator/],
  [{ a: { $gt: 1, ["__proto__"]: 2 } }, /“__proto__” is not an operator/],
  [{ a: { $in: [] } }, /\$in wants a list/],
  [{ a: { $in: many(101, 1) } }, /\$in wants a list of 1 to 100/],
  [{ a: { $in: "a" } }, /\$in wants a list/],
  [{ a: { $gt: true } }, /\$gt compares with a number or a text/],
  [{ a: { $lte: null } }, /\$lte compares/],
  [{ a: { $regex: 1 } }, /\$regex wants a text/],
  [{ a: { $regex: "(?=x)" } }, /lookahead/],
  [{ a: { $regex: "(" } }, /not closed/],
  [{ a: { $regex: "a".repeat(1001) } }, /longer than 1000/],
  [{ a: { $regex: "a", $options: "x" } }, /\$options wants/],
  [{ a: { $regex: "a", $options: 1 } }, /\$options wants/],
  [{ a: { $options: "i" } }, /\$options goes with \$regex/],
  [{ a: { f: "regexp", a: ["/(/"] } }, /not closed/],
  [{ a: { f: "regexp", a: ["x"] } }, /\/pattern\/flags/],
  [{ a: { b: { $gt: 1 } } }, /“\$gt” stands inside another value: write the path to it with dots/],
  [{ a: { $ne: { $gt: 1 } } }, /stands inside another value/],
  [{ $or: [{ a: 1 }] }, /“\$or” cannot be used: operators stand inside a condition/],
  [{ "a..b": 1 }, /empty step/],
  [{ "": 1 }, /empty step/],
  [{ [many(11, "a").join(".")]: 1 }, /more than 10 steps/],
  [{ ["a".repeat(501)]: 1 }, /longer than 500/],
  [paths(21), /more than 20 conditions/],
  [{ a: many(600, 1) }, /more than 500 values/],
  [{ a: { $in: [many(300, 1), many(300, 1)] } }, /more than 500 values/],
  [{ a: many(300, 1), b: many(300, 1) }, /more than 500 values/],
  [{ a: deep(11) }, /more than 10 levels/],
  [{ a: JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) }, /more than 10 levels/],
  [{ a: "x".repeat(10_001) }, /longer than 10000/],
  [{ a: JSON.parse("1e999") }, /number is too large/],
];

describe("refused with one sentence", () => {
  for (const [values, sentence] of REFUSED)
    test(String(sentence), () => {
      const attempt = () => searchscript({ name: "s", values });
      expect(attempt).toThrow(UserError);
      expect(attempt).toThrow(sentence);
      expect(attempt).toThrow(/^[A-Z'].{1,300}[.)]$/);
      // Possession of a token is no authorisation.
      expect(accepted({ k: "script", name: { is: "s" }, values: encoded(values) })).toBe(false);
    });
});

function accepted(filter: unknown): boolean {
  try {
    return readFilter(filter) !== null;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** IVRE's encoding of regular expressions as what it stands for: tokens hold that. */
function encoded(values: Values): Values {
  const { a } = values;
  return typeof a === "object" && a !== null && "f" in a ? { a: { $regex: "(" } } : values;
}

test("a token's values must be values", () => {
  const values: unknown[] = [null, 1, "a", [], [1], { a: undefined }, { a: () => 1 }, { a: 1n }];
  for (const value of values)
    expect([value, readFilter({ k: "script", values: value })]).toEqual([value, null]);
});

test("as much as may be asked is answered", async () => {
  const db = await scripts(HOSTS);
  const path = many(9, "a").join(".");
  const values = Object.fromEntries(
    many(20, 1).map((_, i): [string, Json] => [`${path}.p${i}`, { $ne: many(20, i), $regex: "^a" }]),
  );
  expect(await select(db, searchscript({ name: "ssh-hostkey", values }), "view")).toEqual([]);
});

// MongoDB's walk once more, in JavaScript.

function own(value: Json, step: string): Json[] {
  return typeof value === "object" && value !== null && Object.hasOwn(value, step)
    ? [(value as Record<string, Json>)[step]!]
    : [];
}

function valuesAt(root: Json, path: string): Json[] {
  let found = [root];
  for (const step of path.split("."))
    found = found.flatMap((value) => {
      if (!Array.isArray(value)) return own(value, step);
      const element = /^(0|[1-9]\d*)$/.test(step) ? own(value, step) : [];
      return [...element, ...value.flatMap((one) => (Array.isArray(one) ? [] : own(one, step)))];
    });
  return found.flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]));
}

function bears(value: Json, operator: string, operand: Json): boolean {
  if (operator === "$in") return (operand as Json[]).some((one) => Bun.deepEquals(one, value));
  if (operator === "$ne") return !Bun.deepEquals(value, operand);
  if (typeof value !== typeof operand || (typeof value !== "number" && typeof value !== "string"))
    return false;
  const sign = Buffer.compare(Buffer.from(String(value)), Buffer.from(String(operand)));
  const order = typeof value === "number" ? value - Number(operand) : sign;
  return { $lt: order < 0, $lte: order <= 0, $gt: order > 0, $gte: order >= 0 }[operator] ?? false;
}

function satisfies(root: Json, path: string, condition: Json): boolean {
  const values = valuesAt(root, path);
  if (typeof condition !== "object" || condition === null || !Object.keys(condition)[0]?.startsWith("$"))
    return values.some((value) => Bun.deepEquals(value, condition));
  const operators = Object.entries(condition as Record<string, Json>);
  const bearing = operators.filter(([operator]) => operator !== "$ne");
  return (
    (bearing.length === 0 ||
      values.some((value) => bearing.every(([op, operand]) => bears(value, op, operand)))) &&
    operators.every(
      ([op, operand]) =>
        op !== "$ne" || (values.length > 0 && values.every((value) => bears(value, op, operand))),
    )
  );
}

const NAMES = ["a", "b", "0", "1", "x~/y"];
const SCALARS: readonly Json[] = [0, 1, 2.5, -1, 1e20, "", "a", "A", "1", "é", "\u0000", true, false, null];

function anyJson(random: Random, depth: number): Json {
  const kind = random();
  if (depth === 0 || kind < 0.4) return pick(random, SCALARS);
  if (kind < 0.7) return Array.from({ length: Math.floor(random() * 3) }, () => anyJson(random, depth - 1));
  const members = NAMES.filter(() => random() < 0.5).map((name) => [name, anyJson(random, depth - 1)]);
  return Object.fromEntries(members) as Json;
}

/** Often one that some of the data satisfies. */
function anyCondition(random: Random, there: readonly Json[]): Json {
  if (there.length > 0 && random() < 0.6) return pick(random, there);
  if (random() < 0.3) return anyJson(random, 2);
  const order = pick(
    random,
    SCALARS.filter((value) => typeof value === "string" || typeof value === "number"),
  );
  const chosen = [
    ["$gte", order],
    ["$lt", pick(random, ["b", 2])],
    ["$ne", anyJson(random, 1)],
    ["$in", [anyJson(random, 1), pick(random, SCALARS)]],
  ].filter(() => random() < 0.4);
  return Object.fromEntries(chosen.length > 0 ? chosen : [["$lte", order]]) as Json;
}

test("random data and conditions: as MongoDB walks", async () => {
  const random = seeded(41);
  const data = Array.from({ length: 60 }, (_, i) =>
    i < 5 ? anyJson(random, 1) : many(3, 0).map(() => anyJson(random, 3)),
  );
  const listKey = (i: number): boolean => i % 2 === 0;
  const db = await scripts(data.map((json, i) => [script("s", json, listKey(i) ? "rpcinfo" : "s")]));
  let found = 0;
  for (let i = 0; i < 150; i++) {
    const values: Values = {};
    const conditions = random() < 0.6 ? 1 : 2;
    while (Object.keys(values).length < conditions) {
      const path = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(random, NAMES)).join(".");
      values[path] = anyCondition(random, valuesAt(pick(random, data), path));
    }
    const holds = (json: Json): boolean =>
      Object.entries(values).every(([path, condition]) => satisfies(json, path, condition));
    const expected = data.flatMap((json, at) => {
      const each = conditions > 1 && listKey(at) && Array.isArray(json) ? json : [json];
      return each.some(holds) ? [at + 1] : [];
    });
    const ids = await select(db, searchscript({ name: "s", values }), "view");
    expect({ values, ids }).toEqual({ values, ids: expected });
    found += ids.length;
  }
  expect(found).toBeGreaterThan(100);
});
