import { beforeAll, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Filter } from "../../src/filter/ast.ts";
import * as build from "../../src/filter/build.ts";
import { and, not, or } from "../../src/filter/combine.ts";
import { compile, resolve } from "../../src/filter/compile.ts";
import { dataset, select } from "./dataset.ts";

let db: DuckDBConnection;
beforeAll(async () => {
  db = await dataset("view");
});

const CASES: readonly (readonly [Filter, readonly number[]])[] = [
  [{ k: "all" }, [1, 2, 3, 4, 5, 6, 7, 8]],
  [{ k: "and", of: [] }, [1, 2, 3, 4, 5, 6, 7, 8]],
  [{ k: "or", of: [] }, []],
  [build.searchnet({ net: "192.0.2.0/25" }), [1]],
  [build.searchnet({ net: "192.0.2.77/24" }), [1, 2]],
  [build.searchnet({ net: "192.0/16" }), [1, 2]],
  [build.searchnet({ net: "::/0" }), [1, 2, 3, 5, 6, 7, 8]],
  [build.searchnet({ net: "::ffff:0:0/96" }), [1, 2, 5, 7]],
  [build.searchnet({ net: "0.0.0.0/0" }), [1, 2, 5, 7]],
  [build.searchnet({ net: "255.255.255.255" }), [5]],
  [build.searchnet({ net: "2001:db8::/32" }), [3]],
  [build.searchnet({ net: "::/80" }), [1, 2, 5, 6, 7]],
  [build.searchhost({ host: "2001:DB8:0:0:0:0:0:3" }), [3]],
  [build.searchhost({ host: "::ffff:192.0.2.1" }), [1]],
  [build.searchhost({ host: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }), [8]],
  [{ k: "host", addrs: ["192.0.2.1", "2001:db8::3", "10.0.0.1"] }, [1, 3]],
  [build.searchrange({ first: "192.0.2.1", last: "198.51.100.7" }), [1, 2, 7]],
  [build.searchrange({ first: "::1", last: "192.0.2.1" }), [1, 6]],
  [{ k: "family", version: 4 }, [1, 2, 5, 7]],
  [{ k: "family", version: 6 }, [3, 6, 8]],
  [build.searchhostname({ hostname: "www.example.com" }), [1]],
  [build.searchhostname({ hostname: "WWW.example.com" }), []],
  [build.searchhostname({ hostname: "/EXAMPLE/i" }), [1, 2]],
  [build.searchhostname({ hostname: "/EXAMPLE/" }), []],
  [build.searchhostname({ hostname: "/^line2$/" }), []],
  [build.searchhostname({ hostname: "/^line2$/m" }), [4]],
  [build.searchhostname({ hostname: "/line1.line2/" }), []],
  [build.searchhostname({ hostname: "/line1.line2/s" }), [4]],
  [build.searchdomain({ domain: "com" }), [1]],
  [build.searchdomain({ domain: "/^example\\./" }), [1, 2]],
  [build.searchport({ port: 80 }), [1]],
  [build.searchport({ port: 22 }), [2]],
  [build.searchport({ port: 53, protocol: "udp" }), [5]],
  [{ k: "port" }, [1, 2, 5, 7]],
  [{ k: "port", port: [53, [2000, 3000]] }, [1, 5]],
  [build.searchservice({ service: "ssh" }), [1, 2]],
  [build.searchservice({ service: "/^s/" }), [1, 2]],
  [build.searchservice({ service: "ssh", port: 22 }), [2]],
  [build.searchservice({ service: "domain", port: 53 }), []],
  [build.searchproduct({ product: "OpenSSH", version: "/^7/" }), [2]],
  [build.searchproduct({ product: "dnsmasq" }), []],
  [build.searchproduct({ product: "dnsmasq", protocol: "udp" }), [5]],
  [build.searchproduct({ product: null, version: null }), [1, 2, 7]],
  [build.searchdevicetype({ devtype: "router" }), [1]],
  [{ k: "port", tunnel: { is: "ssl" }, extrainfo: { has: "x" } }, []],
  [{ k: "port", extrainfo: { has: "2.0" }, ostype: { is: "Linux" } }, [1]],
  [{ k: "countports", count: { min: 1 } }, [1, 2, 5, 7]],
  [{ k: "countports", count: { max: 0 } }, [3, 8]],
  [{ k: "countports", count: { min: 2, max: 3 } }, [1, 7]],
  [build.searchcountry({ country: "de" }), [1, 7]],
  [build.searchcountry({ country: "uk,fr" }), [2, 3]],
  [build.searchcountry({ country: "EU" }), [1, 2, 7]],
  [{ k: "city", name: { is: "Bonn" } }, [1]],
  [build.searchasnum({ asnum: "AS64500" }), [1]],
  [build.searchasnum({ asnum: "64500,4294967295" }), [1, 2]],
  [build.searchasnum({ asnum: "example net, inc." }), [1]],
  [build.searchasnum({ asnum: "/^OTHER$/" }), [2]],
  [build.searchos({ os_name: "Linux" }), [1]],
  [build.searchos({ os_name: "/windows/i" }), [2]],
  [build.searchos({ os_name: "general purpose" }), [1]],
  [build.searchscript({}), [1, 2, 7, 8]],
  [build.searchscript({ name: "http-title", output: "/nginx/" }), [1]],
  [build.searchscript({ name: "banner", output: "/./" }), []],
  [{ k: "script", port: -1 }, [7, 8]],
  [build.searchcve({ cve: "CVE-2021-44228" }), [1]],
  [build.searchcve({ cve: "/CVE-20(14|15)/" }), [1]],
  [build.searchcve({ cve: "cve-2021-44228" }), []],
  [build.searchtag({}), [1, 2, 3]],
  [build.searchtag({ tag: "Vulnerable" }), [1, 3]],
  [build.searchtag({ tag: "vulnerable" }), []],
  [build.searchtag({ info: "%_" }), [3]],
  [build.searchtag({ tag: "CDN", info: "CVE" }), []],
  [build.searchcategory({ category: "/^(LAN|DMZ)$/" }), [1, 2]],
  [{ k: "source", name: { is: "it's; DROP TABLE --" } }, [3]],
  [{ k: "cpe", vendor: { is: "linux" }, version: { is: "" } }, [2]],
  [{ k: "cpe" }, [1, 2]],
  [{ k: "hop", addr: "10.0.0.1" }, [1, 2]],
  [{ k: "hop", addr: "10.0.0.1", ttl: 2 }, [2]],
  [{ k: "hop", host: { re: "\\.net$" } }, [1]],
  [{ k: "mac", addr: { is: "00:11:22:33:44:55" } }, [1]],
  // Leaves under `and` are independent of each other, those of one call are not (spec §2.2).
  [and(build.searchport({ port: 80 }), build.searchservice({ service: "ssh" })), [1]],
  [
    or(
      build.searchport({ port: 22 }),
      build.searchservice({ service: "domain" }),
      build.searchhost({ host: "::1" }),
    ),
    [2, 5, 6],
  ],
  [not(build.searchport({ port: 80 })), [2, 3, 4, 5, 6, 7, 8]],
  [not(build.searchcountry({ country: "DE" })), [2, 3, 4, 5, 6, 8]],
];

describe("leaves select what the spec says", () => {
  for (const [filter, ids] of CASES)
    test(JSON.stringify(filter), async () => {
      expect(await select(db, filter, "view")).toEqual([...ids]);
    });
});

test("nmap has the same leaves", async () => {
  const nmap = await dataset("nmap");
  for (const [filter, ids] of CASES) expect(await select(nmap, filter, "nmap")).toEqual([...ids]);
});

test("what RE2 itself refuses is one sentence", async () => {
  const filter = build.searchhostname({ hostname: "/\\p{L}{1000}/" });
  await expect(resolve(filter, db)).rejects.toThrow(/^The regular expression .* cannot be used: .*too large/);
  await expect(resolve(build.searchos({ os_name: "/\\p{Klingon}/" }), db)).rejects.toThrow(/cannot be used/);
});

test("passive leaves have no meaning here", () => {
  expect(() => compile(build.searchsensor({ sensor: "x" }), "view")).toThrow(/passive/);
});

test("many conditions at once", async () => {
  const ports = Array.from({ length: 120 }, (_, i) => build.searchport({ port: i }));
  expect(await select(db, and(...ports), "view")).toEqual([]);
  expect(await select(db, or(...ports), "view")).toEqual([1, 2]);
  expect(
    await select(
      db,
      and(...ports.filter((_, i) => i !== 80).map(not), build.searchport({ port: 80 })),
      "view",
    ),
  ).toEqual([1]);
});
