import { beforeAll, describe, expect, test } from "bun:test";
import { scopeOf } from "../../src/access/scope.ts";

import { ALL, type Filter } from "../../src/filter/ast.ts";
import { UserError } from "../../src/model/errors.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { count } from "../../src/query/count.ts";
import { distinct } from "../../src/query/distinct.ts";
import { get } from "../../src/query/get.ts";
import { info } from "../../src/query/info.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { OBSERVED, PLACES, passiveContext } from "./passive-world.ts";

let ctx: QueryContext;
beforeAll(async () => {
  ctx = await passiveContext(OBSERVED, PLACES);
});

const EVERYTHING = { limit: null, skip: 0 };
const SENSOR2: Filter = { k: "sensor", name: { is: "sensor2" } };

async function top(field: string, more: { sum?: boolean; asked?: QueryContext } = {}): Promise<unknown> {
  const { rows } = await topvalues(more.asked ?? ctx, "passive", ALL, {
    field,
    limit: null,
    sum: more.sum,
  });
  return rows.map(({ value, count }) => [value, count]);
}

describe("get", () => {
  test("gives what was stored, names of DNS answers with their parents", async () => {
    const { records, total } = await get(ctx, "passive", ALL, EVERYTHING);
    expect(records).toEqual(OBSERVED as unknown as typeof records);
    expect(total).toBe(OBSERVED.length);
  });

  test("members in the order of the spec, absent ones left out", async () => {
    const { records } = await get(ctx, "passive", ALL, { limit: 1, skip: 2 });
    expect(Object.keys(records[0]!)).toEqual([
      "schema_version",
      "targetval",
      "recontype",
      "source",
      "value",
      "firstseen",
      "lastseen",
      "count",
      "infos",
    ]);
  });

  test("a filter, a sort and a page", async () => {
    const page = await get(ctx, "passive", SENSOR2, { limit: 2, skip: 1, sort: ["-count", "value"] });
    expect(page.records.map(({ value }) => value)).toEqual(["h1", "AAAAB3"]);
    expect(page.total).toBe(3);
  });

  test("sorted by names, extras and addresses; records without them first", async () => {
    const sorted = async (sort: string): Promise<unknown[]> => {
      const { records } = await get(ctx, "passive", ALL, { ...EVERYTHING, sort: [sort] });
      return records.map(({ value }) => value);
    };
    expect((await sorted("-infos.domain")).slice(0, 3)).toEqual([
      "127.0.0.2",
      "www.example.com",
      "www.example.com",
    ]);
    expect((await sorted("-infos.bits"))[0]).toBe("AAAAB3");
    expect((await sorted("-infos.client.raw"))[0]).toBe("47de");
    expect((await sorted("addr"))[0]).toBe("www.example.com");
    await expect(sorted("infos")).rejects.toThrow(/no order/);
  });

  test("fields cut the record, also inside the extras", async () => {
    const { records } = await get(ctx, "passive", ALL, {
      ...EVERYTHING,
      limit: 4,
      fields: ["addr", "infos.domain", "infos.pubkey.bits", "infos.service_name"],
    });
    expect(records).toEqual([
      { addr: "192.0.2.10", infos: { service_name: "http" } },
      { addr: "192.0.2.10", infos: { domain: ["www.example.com", "example.com", "com"] } },
      { infos: { domain: ["www.example.com", "example.com", "com"] } },
      { addr: "192.0.2.10", infos: { pubkey: { bits: 2048 } } },
    ]);
  });

  test("the place of an address only when named", async () => {
    const { records } = await get(ctx, "passive", ALL, {
      limit: 1,
      skip: 0,
      fields: ["infos.country_code", "infos.as_num", "infos.service_name"],
    });
    expect(records).toEqual([{ infos: { country_code: "DE", as_num: 64500, service_name: "http" } }]);
  });

  test("extras that look like members of every object are just extras", async () => {
    const infos = JSON.parse('{"__proto__": {"x": 1}, "constructor": "c"}') as { constructor: string };
    const strange = await passiveContext([{ ...OBSERVED[4]!, infos: { ...infos } }]);
    await strange.connection.run("UPDATE passive.record SET infos = ?", [JSON.stringify(infos)]);
    const { records } = await get(strange, "passive", ALL, EVERYTHING);
    expect(JSON.stringify(records[0]?.infos)).toBe(JSON.stringify(infos));
  });
});

describe("records without times", () => {
  let timeless: QueryContext;
  beforeAll(async () => {
    timeless = await passiveContext(OBSERVED.slice(0, 3));
    await timeless.connection.run("UPDATE passive.record SET firstseen = NULL, lastseen = NULL WHERE id = 1");
  });

  test("get leaves the members out", async () => {
    const { firstseen: _f, lastseen: _l, ...rest } = OBSERVED[0]!;
    const { records } = await get(timeless, "passive", ALL, { limit: 1, skip: 0 });
    expect(records as unknown[]).toEqual([rest]);
  });

  test("sorted by time they come first", async () => {
    const { records } = await get(timeless, "passive", ALL, { limit: 1, skip: 0, sort: ["lastseen"] });
    expect(records[0]).not.toHaveProperty("lastseen");
  });

  test("their times are no values", async () => {
    const { values } = await distinct(timeless, "passive", ALL, { field: "firstseen", limit: null });
    expect(values).not.toContain(null);
  });

  test("no filter on time holds, its opposite does", async () => {
    const always: Filter = { k: "seen", from: 0 };
    expect(await count(timeless, "passive", always)).toBe(2);
    expect(await count(timeless, "passive", { k: "not", of: always })).toBe(1);
  });
});

describe("topvalues", () => {
  const EXPECTED: Record<string, unknown> = {
    recontype: [
      ["DNS_ANSWER", 2],
      ["HTTP_CLIENT_HEADER", 2],
      ["SSH_SERVER_HOSTKEY", 2],
      ["SSL_SERVER", 2],
      ["DNS_BLACKLIST", 1],
      ["HTTP_SERVER_HEADER", 1],
      ["SMB", 1],
      ["SSH_CLIENT_HASSH", 1],
      ["SSH_SERVER", 1],
      ["SSH_SERVER_HASSH", 1],
      ["SSL_CLIENT", 1],
    ],
    addr: [
      ["10.0.0.9", 4],
      ["192.0.2.10", 4],
      ["198.51.100.7", 2],
      [null, 1],
      ["10.20.0.1", 1],
      ["192.0.2.11", 1],
      ["203.0.113.9", 1],
      ["2001:db8::25", 1],
    ],
    "net:16": [
      ["192.0.0.0/16", 5],
      ["10.0.0.0/16", 4],
      ["198.51.0.0/16", 2],
      ["10.20.0.0/16", 1],
      ["203.0.0.0/16", 1],
    ],
    schema_version: [[3, 15]],
    sensor: [
      ["sensor2", 3],
      ["sensor1", 2],
    ],
    targetval: [["cdn.example.net", 1]],
    country: [
      [["DE", "Germany"], 4],
      [["FR", "?"], 1],
    ],
    as: [
      [[64500, "EXAMPLE"], 4],
      [[9, null], 1],
    ],
    asnum: [
      [64500, 4],
      [9, 1],
    ],
    domains: [
      ["com", 2],
      ["example.com", 2],
      ["www.example.com", 2],
    ],
    "domains:2": [["example.com", 2]],
    "domains:example.com": [["www.example.com", 2]],
    "domains:com:2": [["example.com", 2]],
    "infos.domain": [
      ["com", 2],
      ["example.com", 2],
      ["www.example.com", 2],
      ["CORP", 1],
      ["org", 1],
      ["spamhaus.org", 1],
      ["zen.spamhaus.org", 1],
    ],
    "infos.domaintarget": [
      ["cdn.example.net", 1],
      ["example.net", 1],
      ["net", 1],
    ],
    hassh: [
      ["h1", 1],
      ["h2", 1],
    ],
    "hassh.md5": [
      ["h1", 1],
      ["h2", 1],
    ],
    "hassh.sha1": [
      ["s1", 1],
      ["s2", 1],
    ],
    "hassh-client.raw": [["k;e;m;c", 1]],
    "hassh-server": [["h1", 1]],
    "hassh-client.sha256": [],
    "sshkey.bits": [
      [["ECDSA", 256], 1],
      [["RSA", 1024], 1],
    ],
    "sshkey.keytype": [
      ["ECDSA", 1],
      ["RSA", 1],
    ],
    "sshkey.fingerprint": [
      ["aa", 1],
      ["dd", 1],
    ],
    "sshkey.key": [
      ["AAAAB3", 1],
      ["AAAAE2", 1],
    ],
    "sshkey.sha256": [["cc", 1]],
    useragent: [
      ["Mozilla/5.0", 1],
      ["curl/8.5.0", 1],
    ],
    "useragent:curl/8.5.0": [["curl/8.5.0", 1]],
    "useragent:/^moz/i": [["Mozilla/5.0", 1]],
    "ja3-client": [["e1d8", 1]],
    "ja3-client.raw": [["771,4865", 1]],
    "ja3-server": [["47de", 1]],
    "ja4-client": [],
    "cert.subject.commonName": [["www.example.com", 1]],
    "cert.san": [
      ["DNS:example.com", 1],
      ["DNS:www.example.com", 1],
    ],
    "cacert.md5": [],
    service: [
      ["http", 1],
      ["ssh", 1],
    ],
    "service:22": [["ssh", 1]],
    product: [
      [["http", "nginx"], 1],
      [["ssh", null], 1],
    ],
    "product:ssh": [[["ssh", null], 1]],
    "version:http:nginx": [[["http", "nginx", "1.18.0"], 1]],
    "infos.service_product": [["nginx", 1]],
    "infos.bits": [
      [256, 1],
      [1024, 1],
    ],
    "infos.not_before": [["2023-01-01T00:00:00Z", 1]],
    "infos.self_signed": [[true, 1]],
    "infos.san[]": [
      ["DNS:example.com", 1],
      ["DNS:www.example.com", 1],
    ],
    "infos.subject": [[{ commonName: "www.example.com" }, 1]],
    "infos.subject.commonName": [["www.example.com", 1]],
    "infos.client": [[{ raw: "771,4865", sha1: "5a" }, 1]],
    "infos.client.raw": [["771,4865", 1]],
    "infos.is_guest": [[false, 1]],
    firstseen: [["2023-11-14T22:13:20.5Z", 15]],
  };
  for (const [field, expected] of Object.entries(EXPECTED))
    test(field, async () => expect(await top(field)).toEqual(expected));

  test("source goes with the kind; null where there is none", async () => {
    const rows = (await top("source")) as [unknown, number][];
    expect(rows[0]).toEqual([["HTTP_CLIENT_HEADER", "USER-AGENT"], 2]);
    expect(rows).toContainEqual([["SSH_SERVER", null], 1]);
    expect(rows.length).toBe(13);
  });

  test("infos as a whole holds the names", async () => {
    expect(await top("infos")).toContainEqual([OBSERVED[2]!.infos, 1]);
  });

  test("sum adds up how often records were seen, also of lists and members", async () => {
    expect(await top("useragent", { sum: true })).toEqual([
      ["Mozilla/5.0", 40],
      ["curl/8.5.0", 7],
    ]);
    expect(await top("domains:3", { sum: true })).toEqual([["www.example.com", 4]]);
    expect(await top("infos.client.raw", { sum: true })).toEqual([["771,4865", 2]]);
    expect(await count(ctx, "passive", SENSOR2, { sum: true })).toBe(12);
    expect(await count(ctx, "passive", SENSOR2)).toBe(3);
    expect(await count(ctx, "passive", { k: "sensor", name: { is: "none" } }, { sum: true })).toBe(0);
    await expect(count(ctx, "view", ALL, { sum: true })).rejects.toThrow(/purpose passive/);
    await expect(topvalues(ctx, "nmap", ALL, { field: "port", limit: 1, sum: true })).rejects.toThrow(
      UserError,
    );
  });

  for (const [field, message] of [
    ["recontyp", /Unknown field "recontyp" of passive.*recontype/],
    ["ports.port", /Unknown field "ports.port" of passive.*port/],
    ["service_name", /infos\.service_name/],
    ["infos.sha257", /infos\.sha256/],
    ["infos.client.rw", /infos\.client\.raw/],
    ["infos.", /Unknown field/],
    ["sshkey", /sshkey\.bits/],
    ["net:33", /net:<mask>/],
    ["useragent:/(/", /regular expression/],
    ["infos.x'; DROP TABLE passive.record --", /no passive record has it/],
  ] as const)
    test(`error for ${field}`, async () => {
      const error = await top(field).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toMatch(message);
    });

  test("a member that the record model knows is no error without data", async () => {
    expect(await top("infos.Target_Name")).toEqual([]);
    expect(await top("infos.issuer.commonName")).toEqual([]);
  });
});

describe("distinct", () => {
  test("raw paths, records without the field left out", async () => {
    const values = async (field: string) =>
      (await distinct(ctx, "passive", ALL, { field, limit: null })).values;
    expect(await values("source")).toHaveLength(11);
    expect(await values("addr")).toEqual([
      "10.0.0.9",
      "10.20.0.1",
      "192.0.2.10",
      "192.0.2.11",
      "198.51.100.7",
      "203.0.113.9",
      "2001:db8::25",
    ]);
    expect(await values("port")).toEqual([22, 80, 443, 445]);
    await expect(values("useragent")).rejects.toThrow(/Unknown field/);
  });
});

describe("the access scope", () => {
  test("restricts every answer; categories of hosts are sensors here", async () => {
    for (const k of ["sensor", "category"] as const) {
      const scoped: QueryContext = { ...ctx, scope: scopeOf({ k, name: { is: "sensor2" } }) };
      expect(await count(scoped, "passive", ALL)).toBe(3);
      expect(await top("domains", { asked: scoped })).toEqual([]);
      expect(await top("sshkey.fingerprint", { asked: scoped })).toEqual([
        ["aa", 1],
        ["dd", 1],
      ]);
      expect((await get(scoped, "passive", ALL, EVERYTHING)).total).toBe(3);
      await expect(top("infos.client.raw", { asked: scoped })).resolves.toEqual([]);
      await expect(top("infos.is_gues", { asked: scoped })).rejects.toThrow(UserError);
    }
  });
});

describe("info", () => {
  test("counts, dates, sensors and kinds", async () => {
    const { passive } = await info(ctx);
    expect(passive).toMatchObject({
      records: 15,
      observations: 87,
      addresses: 7,
      first: "2023-11-14T22:13:20.5Z",
      last: "2023-11-15T22:13:20Z",
      sensors: { sensor1: 2, sensor2: 3 },
    });
    expect(Object.keys(passive.recontypes)[0]).toBe("DNS_ANSWER");
  });

  test("imports show when one of their records may be seen", async () => {
    await ctx.connection.run(
      `INSERT INTO main.import (id, path, format, status, observations, imported_at) VALUES
       (1, 'a.log', 'zeek-dns', 'imported', 1, TIMESTAMP '2024-01-04'), (2, 'b.log', 'zeek-ssh', 'imported', 4, TIMESTAMP '2024-01-05')`,
    );
    await ctx.connection.run(
      "INSERT INTO passive.seen (record_id, import_id, count) VALUES (2, 1, 1), (2, 2, 1), (5, 2, 3)",
    );
    const paths = async (scope: Filter): Promise<unknown[]> =>
      (await info({ ...ctx, scope: scopeOf(scope) })).imports.latest.map(({ path, observations }) => [
        path,
        observations,
      ]);
    expect(await paths(ALL)).toEqual([
      ["b.log", 4],
      ["a.log", 1],
    ]);
    expect(await paths(SENSOR2)).toEqual([["b.log", 3]]);
  });

  test("a scope without meaning for observations shows none", async () => {
    const scoped = await info({ ...ctx, scope: scopeOf({ k: "tag", value: { is: "CDN" } }) });
    expect(scoped.passive).toMatchObject({ records: 0, observations: 0, sensors: {}, first: null });
    expect(scoped.imports.count).toBe(0);
  });
});
