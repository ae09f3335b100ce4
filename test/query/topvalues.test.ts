import { beforeAll, describe, expect, test } from "bun:test";
import { scopeOf } from "../../src/access/scope.ts";

import { ALL } from "../../src/filter/ast.ts";
import { UserError } from "../../src/model/errors.ts";
import type { ActivePurpose } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { COMPLETE, contextOf, type Host, WORKED_EXAMPLE } from "./world.ts";

async function top(ctx: QueryContext, field: string, purpose: ActivePurpose = "view"): Promise<unknown> {
  const { rows } = await topvalues(ctx, purpose, ALL, { field, limit: null });
  return rows.map(({ value, count }) => [value, count]);
}

describe("the worked example of spec ivre §3.4", () => {
  let ctx: QueryContext;
  beforeAll(async () => {
    ctx = await contextOf("view", WORKED_EXAMPLE);
  });

  const EXPECTED: Record<string, unknown> = {
    service: [
      ["http", 2],
      [null, 1],
      ["ssh", 1],
    ],
    product: [
      [["http", "nginx"], 2],
      [[null, null], 1],
      [["ssh", "OpenSSH"], 1],
    ],
    version: [
      [["http", "nginx", null], 2],
      [[null, null, null], 1],
      [["ssh", "OpenSSH", "8.9p1"], 1],
    ],
    port: [
      [["tcp", 80], 2],
      [["tcp", 22], 1],
      [["tcp", 443], 1],
    ],
    "portlist:open": [
      [
        [
          ["tcp", 22],
          ["tcp", 80],
          ["tcp", 443],
        ],
        1,
      ],
      [[["tcp", 80]], 1],
    ],
    "portlist:closed": [[[], 2]],
    "countports:open": [
      [1, 1],
      [3, 1],
    ],
    "countports:closed": [[0, 2]],
    tag: [[["CLOUD", "aws"], 1]],
    "tag.value": [["CLOUD", 1]],
    net: [["192.0.2.0/24", 2]],
    "net:31": [["192.0.2.10/31", 2]],
    "net:0": [["0.0.0.0/0", 2]],
    openports: [
      [{ count: 3, tcp: { count: 3, ports: [22, 80, 443] } }, 1],
      [{ count: 1, tcp: { count: 1, ports: [80] } }, 1],
    ],
    addr: [
      ["192.0.2.10", 1],
      ["192.0.2.11", 1],
    ],
  };
  for (const [field, expected] of Object.entries(EXPECTED))
    test(field, async () => expect(await top(ctx, field)).toEqual(expected));
});

describe("pseudo-fields", () => {
  let ctx: QueryContext;
  const second: Host = {
    addr: "2001:db8::2",
    source: ["a", "b"],
    categories: ["TEST", "DMZ"],
    hostnames: [{ name: "a.b.example.com", type: "user" }],
    tags: [
      { value: "CDN", type: "info" },
      { value: "Vulnerable", type: "danger", info: ["CVE-1", "CVE-2"] },
    ],
    infos: { country_code: "DE", as_num: 64500, as_name: "EXAMPLE" },
    ports: [
      { protocol: "tcp", port: 22, state_state: "filtered" },
      { protocol: "udp", port: 22, state_state: "open", service_name: "ssh" },
    ],
  };
  const third: Host = {
    addr: "192.0.2.99",
    infos: { country_code: "DE", country_name: "Germany", city: "Bonn", as_num: 9, as_name: "CMU" },
    ports: [
      { protocol: "tcp", port: 443, state_state: "open", service_name: "http" },
      { protocol: "udp", port: 443, state_state: "open|filtered" },
    ],
  };
  beforeAll(async () => {
    ctx = await contextOf("view", [COMPLETE, second, third]);
  });

  const EXPECTED: Record<string, unknown> = {
    net: [["192.0.2.0/24", 2]],
    country: [
      [["DE", "?"], 1],
      [["DE", "Germany"], 1],
    ],
    city: [[["DE", "Bonn"], 1]],
    asnum: [
      [9, 1],
      [64500, 1],
    ],
    as: [
      [[9, "CMU"], 1],
      [[64500, "EXAMPLE"], 1],
    ],
    category: [
      ["TEST", 2],
      ["DMZ", 1],
    ],
    "category:DMZ": [["DMZ", 1]],
    "category:/^t/i": [["TEST", 2]],
    source: [
      [["SCAN-1"], 1],
      [["a", "b"], 1],
    ],
    "port:filtered": [[["tcp", 22], 1]],
    "port:ssh": [
      [["tcp", 22], 1],
      [["udp", 22], 1],
    ],
    "service:22": [["ssh", 1]],
    "service:443": [
      ["http", 2],
      [null, 1],
    ],
    "port:open|filtered": [[["udp", 443], 1]],
    "product:22": [[["ssh", "OpenSSH"], 1]],
    "product:ssh": [
      [["ssh", null], 1],
      [["ssh", "OpenSSH"], 1],
    ],
    "version:ssh:OpenSSH": [[["ssh", "OpenSSH", "8.9p1 Ubuntu 3"], 1]],
    devicetype: [["router", 1]],
    "devicetype:22": [],
    cpe: [
      [["a", "igor_sysoev", "nginx", "1.18.0"], 1],
      [["o", "linux", "linux_kernel", "5"], 1],
    ],
    "cpe.vendor": [
      [["a", "igor_sysoev"], 1],
      [["o", "linux"], 1],
    ],
    "cpe.1": [
      [["a"], 1],
      [["o"], 1],
    ],
    "cpe:a": [[["a", "igor_sysoev", "nginx", "1.18.0"], 1]],
    "cpe.product:o:/^lin/": [[["o", "linux", "linux_kernel"], 1]],
    script: [
      ["banner", 1],
      ["http-title", 1],
      ["smb-vuln-ms17-010", 1],
      ["smb2-time", 1],
      ["ssh-hostkey", 1],
    ],
    "script:banner": [["hello", 1]],
    "script:443:banner": [["hello", 1]],
    "script:22:banner": [],
    "script:host:smb2-time": [["\n  date: …", 1]],
    hop: [
      ["10.0.0.1", 1],
      ["2001:db8::1", 1],
    ],
    "hop:2": [["2001:db8::1", 1]],
    "hop>1": [["2001:db8::1", 1]],
    "hop:>1": [["2001:db8::1", 1]],
    "domains:1": [
      ["com", 2],
      ["net", 1],
    ],
    "domains:example.com": [
      ["a.b.example.com", 1],
      ["b.example.com", 1],
    ],
    "domains:com:2": [
      ["Example.com", 1],
      ["example.com", 1],
    ],
    tag: [
      [["CDN", null], 1],
      [["Vulnerable", "CVE-1"], 1],
      [["Vulnerable", "CVE-2"], 1],
    ],
    "tag.value": [
      ["CDN", 1],
      ["Vulnerable", 1],
    ],
    "tag.type": [
      ["danger", 1],
      ["info", 1],
    ],
    "tag.info": [
      ["CVE-1", 1],
      ["CVE-2", 1],
    ],
    "tag:Vulnerable": [
      ["CVE-1", 1],
      ["CVE-2", 1],
    ],
    "vulns.id": [["CVE-2017-0143", 1]],
    "vulns.state": [[["CVE-2017-0143", "VULNERABLE"], 1]],
    "vulns.ids": [
      [["CVE-2017-0143", "BID:96707"], 1],
      [["CVE-2017-0143", "CVE:CVE-2017-0143"], 1],
    ],
    "vulns.dates": [[["CVE-2017-0143", null], 1]],
    os: [
      [["Linux", "Linux", "4.X"], 1],
      [["Linux", "Linux", "5.X"], 1],
    ],
    "sshkey.bits": [
      [["ecdsa-sha2-nistp256", 256], 1],
      [["ssh-rsa", 2048], 1],
    ],
    "sshkey.keytype": [
      ["ecdsa-sha2-nistp256", 1],
      ["ssh-rsa", 1],
    ],
    "ports.scripts.ssh-hostkey.bits": [
      [256, 1],
      [2048, 1],
    ],
    "ports[].scripts[].ssh-hostkey[].bits": [
      [256, 1],
      [2048, 1],
    ],
    "scripts.http-title.title": [["Welcome", 1]],
    "ports.scripts.http-title": [[{ title: "Welcome" }, 1]],
    "os.osclass.osfamily": [["Linux", 3]],
    "extraports.filtered.total": [[996, 1]],
    "extraports.filtered.reasons.no-response": [[996, 1]],
    "traces.protocol": [
      [null, 1],
      ["tcp", 1],
    ],
    "traces.hops.rtt": [
      [0.5, 1],
      ["--", 1],
    ],
    "traces.hops.domains": [
      ["example.net", 1],
      ["gw.example.net", 1],
      ["net", 1],
    ],
    "addresses.mac": [[["00:11:22:aa:bb:cc"], 1]],
    starttime: [["2023-11-14T22:13:20Z", 1]],
    endtime: [["2023-11-14T22:15:00.5Z", 1]],
  };
  for (const [field, expected] of Object.entries(EXPECTED))
    test(field, async () => expect(await top(ctx, field)).toEqual(expected));

  test("the filter chooses hosts", async () => {
    const filter = { k: "category", name: { is: "DMZ" } } as const;
    const { rows, total } = await topvalues(ctx, "view", filter, { field: "domains", limit: 1 });
    expect(rows).toEqual([{ value: "a.b.example.com", count: 1 }]);
    expect(total).toBe(4);
  });

  test("the access scope restricts every answer", async () => {
    const scope = scopeOf({ k: "not", of: { k: "category", name: { is: "DMZ" } } });
    const scoped = { ...ctx, scope };
    expect(await top(scoped, "tag")).toEqual([]);
    expect(await top(scoped, "addr")).toEqual([
      ["192.0.2.10", 1],
      ["192.0.2.99", 1],
    ]);
  });

  for (const [field, message] of [
    ["prodct", /Unknown field "prodct".*product/],
    ["ports.service_nam", /ports\.service_name/],
    ["service_name", /ports\.service_name/],
    ["net:33", /net:<mask>/],
    ["product:", /product:<port>/],
    ["portlist:opened", /not a port state.*open, closed/],
    ["product:70000", /70000 is not a port number/],
    ["ports.scripts.ssh-hostky", /ssh-hostkey/],
    ["ports.scripts.ssh-hostkey.bit", /bits/],
    ["category:/(/", /regular expression/],
    ["", /Unknown field ""/],
    ["x'; DROP TABLE host --", /Unknown field/],
  ] as const)
    test(`error for ${field}`, async () => {
      const error = await top(ctx, field).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(UserError);
      expect((error as Error).message).toMatch(message);
    });

  test("what the record model of IVRE has is no error where gadwall does not store it", async () => {
    for (const field of [
      "infos.postal_code",
      "infos.region_name",
      "infos[].coordinates",
      "ports.scripts.masscan.raw",
    ])
      expect(await top(ctx, field)).toEqual([]);
    expect(await top(ctx, "ports.scripts.vulns.exploit_results")).toEqual([]);
    await expect(top(ctx, "infos.postal")).rejects.toThrow(/Unknown field "infos.postal"/);
  });

  test("a structured path that has data nowhere is no error for a known script", async () => {
    expect(await top(ctx, "ports.scripts.ssl-cert.subject.commonName")).toEqual([]);
    expect(await top(ctx, "cert.issuer.emailAddress")).toEqual([]);
    expect(await top(ctx, "ports.scripts.ssl-jarm")).toEqual([]);
    expect(await top(ctx, "ports.scripts.http-user-agent.x")).toEqual([]);
    await expect(top(ctx, "ntlm.constructor")).rejects.toThrow(/Unknown field "ntlm.constructor"/);
    await expect(top(ctx, "ike.__proto__")).rejects.toThrow(/Unknown field "ike.__proto__"/);
  });
});
