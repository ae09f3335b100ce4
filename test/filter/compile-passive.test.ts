import { beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Filter } from "../../src/filter/ast.ts";
import { leafSchema } from "../../src/filter/ast.ts";
import * as build from "../../src/filter/build.ts";
import { and, not, or } from "../../src/filter/combine.ts";
import { compile } from "../../src/filter/compile.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { UserError } from "../../src/model/errors.ts";
import { passiveDataset, RECORDS, selectPassive } from "./dataset-passive.ts";

let db: DuckDBConnection;
beforeAll(async () => {
  db = await passiveDataset();
});

const EVERY = Array.from({ length: RECORDS }, (_, i) => i + 1);
const dns = (k: "hostname" | "domain", name: string): Filter => ({ k, name: { is: name }, dns: true });

const CASES: readonly (readonly [Filter, readonly number[]])[] = [
  [{ k: "all" }, EVERY],
  [{ k: "or", of: [] }, []],
  // Records about names only have no address (spec §2.5).
  [build.searchnet({ net: "::/0" }), [1, 2, 5, 6, 7, 8, 9, 10, 11]],
  [build.searchnet({ net: "192.0.2.0/24" }), [1, 5, 8, 9]],
  [build.searchhost({ host: "2001:db8::2" }), [2]],
  [{ k: "host", addrs: ["192.0.2.1", "2001:db8::2", "10.0.0.1"] }, [1, 2, 5]],
  [build.searchrange({ first: "192.0.2.1", last: "192.0.2.130" }), [1, 5, 8, 9]],
  [{ k: "family", version: 6 }, [2, 11]],
  [dns("hostname", "www.example.com"), [1, 3]],
  [dns("domain", "example.com"), [1, 3, 4]],
  [dns("domain", "example.net"), []],
  [build.searchhostname({ hostname: "www.example.com" }), [1, 3, 5]],
  [build.searchhostname({ hostname: "cdn.example.net" }), [3]],
  [build.searchhostname({ hostname: "/^cert\\./" }), [7]],
  [build.searchdomain({ domain: "example.com" }), [1, 3, 4, 5, 6]],
  [build.searchdomain({ domain: "net" }), [3]],
  [build.searchdomain({ domain: "/^example\\.org$/" }), [2, 7]],
  [build.searchport({ port: 443 }), [6, 7]],
  [build.searchport({ port: 22 }), [8, 9]],
  [{ k: "port", port: [[400, 9000]] }, [5, 6, 7]],
  [{ k: "port" }, [5, 6, 7, 8, 9]],
  [{ k: "port", state: "open" }, [5, 6, 7, 8, 9]],
  [build.searchservice({ service: "ssh" }), [8, 11]],
  [build.searchservice({ service: "ssh", port: 22 }), [8]],
  [build.searchproduct({ product: "/^open/i", version: null }), [8]],
  [build.searchproduct({ product: "OpenSSH", version: "9.2", service: "ssh", port: 22 }), [8]],
  [build.searchproduct({ product: "OpenSSH", version: "7" }), []],
  [build.searchproduct({ product: null, version: null }), EVERY],
  [build.searchcountry({ country: "EU" }), [7, 8]],
  [build.searchasnum({ asnum: "AS64500" }), [7]],
  [build.searchasnum({ asnum: "example net" }), [7]],
  [build.searchrecontype({ recontype: "DNS_ANSWER" }), [1, 2, 3, 4]],
  [build.searchrecontype({ recontype: "/^SSL_/" }), [6, 7]],
  [build.searchsensor({ sensor: "dmz" }), [8]],
  [build.searchsensor({ sensor: "/^(dmz|it)/" }), [4, 8]],
  [build.searchcategory({ category: "dmz" }), [8]],
  [{ k: "source", name: { is: "sni" } }, [6]],
  [{ k: "source", name: { re: "^A{1,4}-" } }, [1, 2]],
  [{ k: "value", text: { has: "OpenSSH" } }, [8]],
  [{ k: "value", text: { re: "^line2$", flags: "m" } }, [11]],
  [{ k: "targetval", text: { re: "." } }, [3, 4]],
  [and(build.searchport({ port: 22 }), build.searchservice({ service: "ssh" })), [8]],
  [or(build.searchdomain({ domain: "org" }), build.searchport({ port: 22 })), [2, 7, 8, 9]],
  [not(build.searchport({ port: 22 })), [1, 2, 3, 4, 5, 6, 7, 10, 11, 12]],
];

const QUERIES: readonly (readonly [string, readonly number[]])[] = [
  ["dns:example.com", [1, 3, 4]],
  ["dns:/^www/", [1, 3]],
  ["!dns:example.com domain:example.com", [5, 6]],
  ["answer:192.0.2.1", [1, 4]],
  ["answer:2001:db8::2", [2]],
  ["answer:192.0.2.0/24,2001:db8::/32", [1, 2]],
  ["answer:127.0.0.2", [10]],
  ["answer:cdn.example.net,192.0.2.9", [3]],
  ["answer:/^cdn/", [3]],
  ["targetval:cdn.example.net value:www.example.com", [3]],
  ["category:dmz", [8]],
  ["country:DE,FR recontype:SSH_SERVER", [8]],
];

describe("leaves select what the spec says", () => {
  for (const [filter, ids] of CASES)
    test(JSON.stringify(filter), async () => {
      expect(await selectPassive(db, filter)).toEqual([...ids]);
    });
  for (const [query, ids] of QUERIES)
    test(query, async () => {
      expect(await selectPassive(db, parseQuery(query))).toEqual([...ids]);
    });
});

test("names of answers are a part of all names", async () => {
  for (const name of ["example.com", "www.example.com", "example.org", "net", "com"])
    for (const k of ["hostname", "domain"] as const) {
      const all = await selectPassive(db, { k, name: { is: name } });
      const some = await selectPassive(db, dns(k, name));
      expect(some.filter((id) => !all.includes(id))).toEqual([]);
    }
});

/** One leaf of each kind, with as little as it may hold. */
const SMALLEST: readonly Filter[] = [
  { k: "net", net: "::/0" },
  { k: "host", addrs: ["::1"] },
  { k: "range", first: "::1", last: "::2" },
  { k: "family", version: 4 },
  { k: "hostname", name: { is: "" } },
  { k: "domain", name: { is: "" } },
  { k: "port" },
  { k: "countports", count: {} },
  { k: "country", codes: ["DE"] },
  { k: "city", name: { is: "" } },
  { k: "asnum", nums: [1] },
  { k: "asname", name: { is: "" } },
  { k: "os", name: { is: "" } },
  { k: "script" },
  { k: "cve", info: { is: "" } },
  { k: "category", name: { is: "" } },
  { k: "source", name: { is: "" } },
  { k: "tag" },
  { k: "cpe" },
  { k: "hop" },
  { k: "mac", addr: { is: "" } },
  { k: "seen" },
  { k: "recontype", name: { is: "" } },
  { k: "sensor", name: { is: "" } },
  { k: "value", text: { is: "" } },
  { k: "targetval", text: { is: "" } },
  { k: "all" },
];

test("every leaf is compiled or refused in a sentence, for every purpose", () => {
  expect(SMALLEST.length).toBe(leafSchema.options.length);
  for (const filter of SMALLEST)
    for (const purpose of ["nmap", "view", "passive"] as const)
      try {
        expect(compile(filter, purpose).sql).not.toBe("");
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).message).toContain("use purpose");
      }
});

test("many conditions at once", async () => {
  const names = Array.from({ length: 120 }, (_, i) => build.searchdomain({ domain: `x${i}.example` }));
  expect(await selectPassive(db, and(...names))).toEqual([]);
  expect(await selectPassive(db, or(...names, build.searchdomain({ domain: "net" })))).toEqual([3]);
});

test("examples of the documentation have a meaning for the purpose they stand under", () => {
  const page = readFileSync(new URL("../../docs/query-language.md", import.meta.url), "utf8");
  for (const section of page.split(/^(?=## )/m)) {
    const purpose = section.startsWith("## Passive records") ? "passive" : "view";
    for (const [, block] of section.matchAll(/```query\n([\s\S]*?)```/g))
      for (const line of block!.trim().split("\n"))
        expect(compile(parseQuery(line.replace(/\s+#.*$/, "")), purpose).sql).not.toBe("");
  }
});
