/** Several fields of topvalues at once: values of one element stay together, lists are combined within a record. */

import { beforeAll, describe, expect, test } from "bun:test";
import { scopeOf } from "../../src/access/scope.ts";
import { ALL, type Filter } from "../../src/filter/ast.ts";
import { UserError } from "../../src/model/errors.ts";
import type { Json } from "../../src/model/json.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { OBSERVED, passiveContext } from "./passive-world.ts";
import { contextOf, type Host } from "./world.ts";

const certificate = (name: string, bits: number): Json => ({
  subject: { commonName: name },
  pubkey: { bits },
});

const BUSY: Host = {
  addr: "192.0.2.1",
  infos: { country_code: "DE", country_name: "Germany" },
  categories: ["LAB", "WEB"],
  hostnames: [
    { name: "www.example.com", type: "user" },
    { name: "x.example.org", type: "PTR" },
  ],
  tags: [
    { value: "CDN", type: "info" },
    { value: "Vulnerable", type: "danger", info: ["CVE-1", "CVE-2"] },
  ],
  extraports: { closed: { total: 7, reasons: { reset: 7 } } },
  ports: [
    {
      protocol: "tcp",
      port: 22,
      state_state: "open",
      service_name: "ssh",
      service_product: "OpenSSH",
      scripts: [
        { id: "banner", output: "hello" },
        {
          id: "ssh-hostkey",
          output: "keys",
          "ssh-hostkey": [
            { type: "ssh-rsa", bits: 2048 },
            { type: "ssh-ed25519", bits: 256 },
          ],
        },
      ],
    },
    {
      protocol: "tcp",
      port: 443,
      state_state: "open",
      service_name: "http",
      service_product: "nginx",
      service_devicetype: "router",
      scripts: [
        { id: "http-title", output: "Login" },
        {
          id: "http-headers",
          output: "",
          "http-headers": [
            { name: "server", value: "nginx" },
            { name: "via", value: "proxy" },
          ],
        },
        { id: "ssl-cert", output: "a", "ssl-cert": [certificate("a", 256), certificate("b", 2048)] },
        { id: "vulners", output: "", vulns: [{ id: "CVE-1", ids: ["A", "B"] }, { id: "CVE-2" }] },
      ],
    },
    { protocol: "tcp", port: 80, state_state: "closed" },
    { protocol: "tcp", port: 8080, state_state: "open" },
    { port: -1, scripts: [{ id: "smb-os-discovery", output: "", "smb-os-discovery": { os: "Windows" } }] },
  ],
};
const QUIET: Host = { addr: "192.0.2.2", infos: { country_code: "FR" }, categories: ["LAB"] };

const SSH = ["tcp", 22];
const HTTPS = ["tcp", 443];
const ALT = ["tcp", 8080];

describe("what belongs together", () => {
  let ctx: QueryContext;
  beforeAll(async () => {
    ctx = await contextOf("view", [BUSY, QUIET]);
  });

  const EXPECTED: [string[], [Json[], number][]][] = [
    // One element.
    [
      ["port:open", "product"],
      [
        [[ALT, [null, null]], 1],
        [[SSH, ["ssh", "OpenSSH"]], 1],
        [[HTTPS, ["http", "nginx"]], 1],
      ],
    ],
    // Both demands hold for the same port, and a port without the value is no reason to leave it out.
    [["port:http", "service", "devicetype"], [[[HTTPS, "http", "router"], 1]]],
    [["port:closed", "devicetype"], [[[["tcp", 80], null], 1]]],
    [
      ["sshkey.keytype", "ports.scripts.ssh-hostkey.bits"],
      [
        [["ssh-ed25519", 256], 1],
        [["ssh-rsa", 2048], 1],
      ],
    ],
    [
      ["cert.subject.commonName", "cert.pubkey.bits"],
      [
        [["a", 256], 1],
        [["b", 2048], 1],
      ],
    ],
    [
      ["tags.value", "tags.type"],
      [
        [["CDN", "info"], 1],
        [["Vulnerable", "danger"], 1],
      ],
    ],
    // What is unknown has the form that it has alone, and counts as it does alone.
    [
      ["service", "product"],
      [
        [[null, [null, null]], 1],
        [["ssh", ["ssh", "OpenSSH"]], 1],
        [["http", ["http", "nginx"]], 1],
      ],
    ],
    // An element inside another one.
    [
      ["vulns.id", "ports.port"],
      [
        [[null, 22], 1],
        [[null, 80], 1],
        [[null, 8080], 1],
        [["CVE-1", 443], 1],
        [["CVE-2", 443], 1],
        [[null, -1], 1],
      ],
    ],
    [
      ["vulns.id", "vulns.ids"],
      [
        [["CVE-1", ["CVE-1", "A"]], 1],
        [["CVE-1", ["CVE-1", "B"]], 1],
        [["CVE-2", ["CVE-2", null]], 1],
      ],
    ],
    [
      ["tag.info", "tags.type"],
      [
        [[null, "info"], 1],
        [["CVE-1", "danger"], 1],
        [["CVE-2", "danger"], 1],
      ],
    ],
    [
      ["domains:1", "hostnames.type"],
      [
        [["com", "user"], 1],
        [["org", "PTR"], 1],
      ],
    ],
    // A result in general and what is inside results of one script.
    [
      ["script", "vulns.id"],
      [
        [["banner", null], 1],
        [["http-headers", null], 1],
        [["http-title", null], 1],
        [["smb-os-discovery", null], 1],
        [["ssh-hostkey", null], 1],
        [["ssl-cert", null], 1],
        [["vulners", "CVE-1"], 1],
        [["vulners", "CVE-2"], 1],
      ],
    ],
    // Results of different scripts on their port.
    [
      ["script:http-title", "cert.subject.commonName"],
      [
        [["Login", "a"], 1],
        [["Login", "b"], 1],
      ],
    ],
    [["script:banner", "cert.subject.commonName"], [[["hello", null], 1]]],
    // Lists beside each other; nothing is null.
    [
      ["country", "categories"],
      [
        [[["DE", "Germany"], "LAB"], 1],
        [[["DE", "Germany"], "WEB"], 1],
        [[["FR", "?"], "LAB"], 1],
      ],
    ],
    [
      ["tag.value", "categories"],
      [
        [[null, "LAB"], 1],
        [["CDN", "LAB"], 1],
        [["CDN", "WEB"], 1],
        [["Vulnerable", "LAB"], 1],
        [["Vulnerable", "WEB"], 1],
      ],
    ],
    // What has nothing at all does not count.
    [
      ["tag.value", "hostnames.type"],
      [
        [["CDN", "PTR"], 1],
        [["CDN", "user"], 1],
        [["Vulnerable", "PTR"], 1],
        [["Vulnerable", "user"], 1],
      ],
    ],
    // A demand leaves out what has no such element.
    [["addr", "product:443"], [[["192.0.2.1", ["http", "nginx"]], 1]]],
    [
      ["addr", "tag:Vulnerable"],
      [
        [["192.0.2.1", "CVE-1"], 1],
        [["192.0.2.1", "CVE-2"], 1],
      ],
    ],
    [
      ["addr", "devicetype"],
      [
        [["192.0.2.1", "router"], 1],
        [["192.0.2.2", null], 1],
      ],
    ],
    // The same field asked of different elements.
    [["httphdr:server", "httphdr:via"], [[["nginx", "proxy"], 1]]],
    [["httphdr:server", "httphdr.name"], [[["nginx", "server"], 1]]],
    [
      ["product:22", "product:443"],
      [
        [
          [
            ["ssh", "OpenSSH"],
            ["http", "nginx"],
          ],
          1,
        ],
      ],
    ],
    [
      ["countports:open", "portlist:closed"],
      [
        [[0, []], 1],
        [[3, [["tcp", 80]]], 1],
      ],
    ],
    [
      ["extraports.closed.total", "extraports.filtered.total", "addr"],
      [
        [[null, null, "192.0.2.2"], 1],
        [[7, null, "192.0.2.1"], 1],
      ],
    ],
    [
      ["net:24", "openports.count"],
      [
        [["192.0.2.0/24", 0], 1],
        [["192.0.2.0/24", 3], 1],
      ],
    ],
    [
      ["addr"],
      [
        [["192.0.2.1"], 1],
        [["192.0.2.2"], 1],
      ],
    ],
    [
      ["addr", "addr"],
      [
        [["192.0.2.1", "192.0.2.1"], 1],
        [["192.0.2.2", "192.0.2.2"], 1],
      ],
    ],
  ];
  test.each(EXPECTED)("%p", async (field, expected) => {
    const { rows, total } = await topvalues(ctx, "view", ALL, { field, limit: null });
    const keys = (list: [Json, number][]): string[] => list.map((row) => JSON.stringify(row)).sort();
    expect(keys(rows.map(({ value, count }) => [value, count]))).toEqual(keys(expected));
    expect(total).toBe(expected.length);
  });

  test("filter and access scope choose the records", async () => {
    const field = ["categories", "port"];
    const filter: Filter = { k: "host", addrs: ["192.0.2.2"] };
    expect((await topvalues(ctx, "view", filter, { field, limit: null })).rows).toEqual([
      { value: ["LAB", [null, null]], count: 1 },
    ]);
    const scoped = { ...ctx, scope: scopeOf(filter) };
    expect((await topvalues(scoped, "view", ALL, { field, limit: null })).total).toBe(1);
  });

  test("none, too many and unknown ones are errors", async () => {
    for (const [field, message] of [
      [[], /one to 6 fields/],
      [["a", "b", "c", "d", "e", "f", "g"], /one to 6 fields/],
      [["addr", "prodct"], /Unknown field "prodct"/],
      [["addr", "ports.scripts.ssl-cert.pubkey.bitz"], /bitz.*ports\.scripts\.ssl-cert\.pubkey\.bits/],
      [["addr", "cert.isuer_text"], /Unknown field "cert\.isuer_text".*cert\.issuer_text/],
      [["addr", "ports.scripts.ssl-cert.pubkey.exponent"], null],
    ] as const) {
      const asked = topvalues(ctx, "view", ALL, { field: [...field], limit: null });
      if (message === null) expect((await asked).total).toBe(2);
      else {
        const error = await asked.catch((error: unknown) => error);
        expect(error).toBeInstanceOf(UserError);
        expect(error).toMatchObject({ argument: "fields", message: expect.stringMatching(message) });
      }
    }
  });
});

test("passive: one observation has all of it; sum adds up how often it was seen", async () => {
  const ctx = await passiveContext(OBSERVED);
  const of = async (field: string[], sum = false) =>
    (await topvalues(ctx, "passive", ALL, { field, limit: null, sum })).rows.map(({ value, count }) => [
      value,
      count,
    ]);
  const each = await of(["recontype", "addr"]);
  expect(each.reduce((all, [, count]) => all + Number(count), 0)).toBe(OBSERVED.length);
  const seen = await of(["recontype", "addr"], true);
  expect(seen.reduce((all, [, count]) => all + Number(count), 0)).toBe(
    OBSERVED.reduce((all, { count }) => all + count, 0),
  );
  const agents = await of(["addr", "useragent"]);
  expect(agents.length).toBeGreaterThan(0);
  expect(agents.every(([value]) => (value as Json[])[1] !== null)).toBe(true);
  expect(await of(["useragent", "sshkey.bits"])).toEqual([]);
});
