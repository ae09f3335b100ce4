import { describe, expect, test } from "bun:test";

import { ALL } from "../../src/filter/ast.ts";
import { UserError } from "../../src/model/errors.ts";
import { get, records } from "../../src/query/get.ts";
import { COMPLETE, contextOf, type Host } from "./world.ts";

const ALL_OF_IT = { limit: null, skip: 0 };

describe("records have the shape of spec ivre §5", () => {
  test("nmap: exactly what was stored, open ports added", async () => {
    const ctx = await contextOf("nmap", [COMPLETE]);
    const { records, total } = await get(ctx, "nmap", ALL, ALL_OF_IT);
    expect(total).toBe(1);
    expect(records[0]).toEqual({
      schema_version: 22,
      ...JSON.parse(JSON.stringify(COMPLETE)),
      openports: { count: 3, tcp: { count: 2, ports: [22, 443] }, udp: { count: 1, ports: [53] } },
    });
  });

  test("view: sources as a sorted array, the pseudo-port last, infos and all tags", async () => {
    const host: Host = {
      ...COMPLETE,
      source: ["z", "a"],
      infos: { country_code: "FR", country_name: "France", as_num: 64500 },
      tags: [
        { value: "Vulnerable", type: "danger", info: ["b", "a"], origin: "vulns" },
        { value: "CDN", type: "info" },
      ],
    };
    const ctx = await contextOf("view", [host]);
    const [record] = (await get(ctx, "view", ALL, ALL_OF_IT)).records;
    expect(record?.source).toEqual(["a", "z"]);
    expect(record?.infos).toEqual({ country_code: "FR", country_name: "France", as_num: 64500 });
    expect(record?.tags).toEqual([
      { value: "CDN", type: "info" },
      { value: "Vulnerable", type: "danger", info: ["a", "b"] },
    ]);
    const ports = record?.ports as { port: number }[];
    expect(ports.map(({ port }) => port)).toEqual([22, 80, 443, 53, -1]);
  });

  test("nmap: infos and computed tags only when named", async () => {
    const host: Host = {
      addr: "192.0.2.1",
      infos: { country_code: "FR" },
      tags: [
        { value: "Mine", type: "info" },
        { value: "Vulnerable", type: "danger", info: ["x"], origin: "vulns" },
      ],
    };
    const ctx = await contextOf("nmap", [host]);
    const [whole] = (await get(ctx, "nmap", ALL, ALL_OF_IT)).records;
    expect(whole).toEqual({
      schema_version: 22,
      addr: "192.0.2.1",
      hostnames: [],
      openports: { count: 0 },
      tags: [{ value: "Mine", type: "info" }],
    });
    const fields = ["tags.value", "infos.country_code"];
    const [named] = (await get(ctx, "nmap", ALL, { ...ALL_OF_IT, fields })).records;
    expect(named).toEqual({
      tags: [{ value: "Mine" }, { value: "Vulnerable" }],
      infos: { country_code: "FR" },
    });
  });

  test("names that look like members of every object are just names", async () => {
    const host: Host = {
      addr: "192.0.2.1",
      extraports: JSON.parse('{"__proto__": {"total": 3, "reasons": {"constructor": 3}}}'),
      ports: [
        {
          port: 80,
          protocol: "tcp",
          scripts: [JSON.parse('{"id": "x", "output": "y", "__proto__": {"polluted": true}}')],
        },
      ],
    };
    const ctx = await contextOf("nmap", [host]);
    const [record] = (await get(ctx, "nmap", ALL, ALL_OF_IT)).records;
    expect(JSON.stringify(record)).toContain('"__proto__":{"polluted":true}');
    expect(JSON.stringify(record)).toContain('"__proto__":{"total":3,"reasons":{"constructor":3}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("fields", () => {
  const one = async (fields: string[]) => {
    const ctx = await contextOf("nmap", [COMPLETE]);
    return (await get(ctx, "nmap", ALL, { limit: 1, skip: 0, fields })).records[0];
  };

  test("parents keep their structure, elements their place", async () => {
    expect(await one(["ports.port"])).toEqual({
      ports: [{ port: -1 }, { port: 22 }, { port: 80 }, { port: 443 }, { port: 53 }],
    });
    expect(await one(["addr", "ports.scripts.id"])).toEqual({
      addr: "192.0.2.10",
      ports: [
        { scripts: [{ id: "smb2-time" }, { id: "smb-vuln-ms17-010" }] },
        { scripts: [{ id: "ssh-hostkey" }] },
        {},
        { scripts: [{ id: "http-title" }, { id: "banner" }] },
        {},
      ],
    });
  });

  test("structured output, brackets and the short form of scripts", async () => {
    const expected = {
      ports: [
        { scripts: [{}, {}] },
        { scripts: [{ "ssh-hostkey": [{ bits: 256 }, { bits: 2048 }] }] },
        {},
        { scripts: [{}, {}] },
        {},
      ],
    };
    expect<unknown>(await one(["ports[].scripts[].ssh-hostkey[].bits"])).toEqual(expected);
    expect<unknown>(await one(["scripts.ssh-hostkey.bits"])).toEqual(expected);
  });

  test("os and its parts", async () => {
    expect(await one(["os.osmatch.name"])).toEqual({
      os: { osmatch: [{ name: "Linux 5.0 - 5.4" }, { name: "Linux 5.0 - 5.3" }] },
    });
    expect(await one(["os"])).toEqual({ os: COMPLETE.os as never });
  });

  test("an empty list means everything", async () => {
    expect(Object.keys((await one([])) ?? {})).toContain("traces");
  });

  test("errors name the nearest path, or the ancestor", async () => {
    await expect(one(["ports.prt"])).rejects.toThrow(/Unknown field "ports.prt".*ports\.port/);
    await expect(one(["ports", "ports.port"])).rejects.toThrow(/ports\.port and also ports/);
    await expect(one(["_id"])).rejects.toThrow(UserError);
  });
});

describe("sort, skip and limit", () => {
  const hosts: Host[] = [
    {
      addr: "192.0.2.200",
      ports: [
        { port: 80, protocol: "tcp" },
        { port: 22, protocol: "tcp" },
      ],
    },
    { addr: "10.0.0.9", ports: [{ port: 443, protocol: "tcp" }] },
    { addr: "2001:db8::1" },
    {
      addr: "10.0.0.10",
      ports: [{ port: 22, protocol: "tcp", scripts: [{ id: "a", output: "", k: { n: 9 } }] }],
    },
  ];
  const order = async (sort: string[], more = {}): Promise<unknown[]> => {
    const ctx = await contextOf("nmap", hosts);
    const { records } = await get(ctx, "nmap", ALL, { ...ALL_OF_IT, sort, fields: ["addr"], ...more });
    return records.map((record) => record.addr);
  };
  const STORED = ["192.0.2.200", "10.0.0.9", "2001:db8::1", "10.0.0.10"];

  test("storage order without sort", async () => expect(await order([])).toEqual(STORED));

  test("addresses by number, not by text", async () => {
    expect(await order(["addr"])).toEqual(["10.0.0.9", "10.0.0.10", "192.0.2.200", "2001:db8::1"]);
    expect(await order(["-addr"])).toEqual(["2001:db8::1", "192.0.2.200", "10.0.0.10", "10.0.0.9"]);
  });

  test("lists by their smallest or largest element, none first, ties as stored", async () => {
    expect(await order(["ports.port"])).toEqual(["2001:db8::1", "192.0.2.200", "10.0.0.10", "10.0.0.9"]);
    expect(await order(["-ports.port"])).toEqual(["10.0.0.9", "192.0.2.200", "10.0.0.10", "2001:db8::1"]);
    expect(await order(["-scripts.k.n"])).toEqual(["10.0.0.10", "192.0.2.200", "10.0.0.9", "2001:db8::1"]);
  });

  test("arrays that are one value, too", async () => {
    const view = await contextOf("view", [
      { addr: "192.0.2.1", source: ["a", "b"], addresses: { mac: ["02:00:00:00:00:09"] } },
      {
        addr: "192.0.2.2",
        source: ["b", "z"],
        addresses: { mac: ["02:00:00:00:00:01", "02:00:00:00:00:0a"] },
      },
      { addr: "192.0.2.3", source: ["a", "c"] },
    ]);
    const last = async (path: string): Promise<unknown[]> =>
      (await get(view, "view", ALL, { ...ALL_OF_IT, sort: [path], fields: ["addr"] })).records.map(
        ({ addr }) => Number(String(addr).split(".").at(-1)),
      );
    expect(await last("source")).toEqual([1, 3, 2]);
    expect(await last("-source")).toEqual([2, 3, 1]);
    expect(await last("addresses.mac")).toEqual([3, 2, 1]);
    expect(await last("-addresses.mac")).toEqual([2, 1, 3]);
  });

  test("several paths", async () =>
    expect(await order(["state", "-ports.port", "addr"])).toEqual([
      "10.0.0.9",
      "192.0.2.200",
      "10.0.0.10",
      "2001:db8::1",
    ]));

  test("pages join up, and the total does not depend on the page", async () => {
    const ctx = await contextOf("nmap", hosts);
    const seen: unknown[] = [];
    for (let skip = 0; skip < 6; skip++) {
      const page = await get(ctx, "nmap", ALL, { limit: 1, skip, sort: ["addr"], fields: ["addr"] });
      expect(page.total).toBe(4);
      seen.push(...page.records.map((record) => record.addr));
    }
    expect(seen).toEqual(await order(["addr"]));
  });

  test("objects have no order; unknown paths are named", async () => {
    await expect(order(["openports"])).rejects.toThrow(/openports\.count/);
    await expect(order(["-nosuch"])).rejects.toThrow(/Unknown field "nosuch"/);
    await expect(order([], { limit: 0 })).rejects.toThrow(UserError);
    await expect(order([], { skip: -1 })).rejects.toThrow(UserError);
    await expect(order(Array(17).fill("addr"))).rejects.toThrow("There may be 16 paths at most");
    await expect(order([], { fields: Array(201).fill("addr") })).rejects.toThrow("200 paths at most");
  });

  test("records come in batches that together are everything", async () => {
    const ctx = await contextOf("nmap", []);
    await ctx.connection.run("INSERT INTO nmap.host BY NAME SELECT range AS id FROM range(1005)");
    const sizes: number[] = [];
    for await (const batch of records(ctx, "nmap", ALL, ALL_OF_IT)) sizes.push(batch.length);
    expect(sizes).toEqual([1000, 5]);
  });
});
