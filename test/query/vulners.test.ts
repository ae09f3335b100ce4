/** What `vulners` lists, asked for as vulnerabilities. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { EVERYTHING } from "../../src/access/scope.ts";
import { ALL, type Filter } from "../../src/filter/ast.ts";
import { searchcve, searchscript } from "../../src/filter/build.ts";
import type { Json } from "../../src/model/json.ts";
import { PURPOSES } from "../../src/model/purpose.ts";
import { count } from "../../src/query/count.ts";
import { get, type JsonObject } from "../../src/query/get.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";
import { load, open } from "../view/world.ts";

const LISTED: Json = { "cpe:/a:x:y:1": [{ id: "CVE-2018-15919", cvss: "5.0", is_exploit: "false" }] };
const SCAN = {
  source: "s",
  hosts: [
    {
      ports: [
        open(22, undefined, [
          { id: "banner", output: "SSH-2.0" },
          { id: "vulners", output: "as printed", key: "vulners", data: LISTED },
        ]),
        open(80, undefined, [{ id: "vulscan", output: "[CVE-2011-4315] Overflow\nnone" }]),
        open(445, undefined, [
          {
            id: "smb-vuln-ms17-010",
            output: "",
            key: "vulns",
            data: [{ id: "CVE-2017-0143", state: "VULNERABLE" }],
          },
        ]),
      ],
    },
  ],
};

const ACTIVE = PURPOSES.filter((purpose) => purpose !== "passive");
const connections = new Map<boolean, DuckDBConnection>();
beforeAll(async () => {
  for (const on of [true, false])
    connections.set(on, await load([SCAN], { ...IMPROVEMENTS_OFF, vulnersAsVulns: on }));
});
afterAll(() => {
  for (const connection of connections.values()) connection.closeSync();
});

const ctx = (on: boolean) => ({ connection: connections.get(on)!, scope: EVERYTHING });

/** Whether the host is found, with the improvement and without; both purposes must agree. */
async function found(filter: Filter): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (const on of [true, false]) {
    const [nmap, view] = await Promise.all(ACTIVE.map((purpose) => count(ctx(on), purpose, filter)));
    expect(nmap).toBe(view!);
    answers.push(view === 1);
  }
  return answers;
}

test.each([
  ["what vulners lists", searchcve({ cve: "CVE-2018-15919" }), [true, false]],
  ["what vulscan lists", searchcve({ cve: "CVE-2011-4315" }), [true, false]],
  ["what a script proved", searchcve({ cve: "CVE-2017-0143" }), [true, true]],
  ["what nobody lists", searchcve({ cve: "CVE-1999-0001" }), [false, false]],
  ["an entry", searchscript({ name: "vulners", values: { id: "CVE-2018-15919" } }), [true, false]],
  [
    "an entry and its score",
    searchscript({ name: "vulners", values: { id: "CVE-2018-15919", score: 5 } }),
    [true, false],
  ],
  ["a worse score", searchscript({ name: "vulners", values: { score: { $gt: 5 } } }), [false, false]],
  [
    "an entry of the other",
    searchscript({ name: "vulscan", values: { id: "CVE-2018-15919" } }),
    [false, false],
  ],
  [
    "an entry of any script",
    { k: "script", name: { re: "^vuln" }, values: { id: "CVE-2018-15919" } },
    [true, false],
  ],
  [
    "an entry and the output of its result",
    searchscript({ name: "vulners", output: "as printed", values: { id: "CVE-2018-15919" } }),
    [true, false],
  ],
  [
    "an entry and the output of another",
    { k: "script", name: { re: "vuln" }, output: { has: "Overflow" }, values: { id: "CVE-2018-15919" } },
    [false, false],
  ],
  [
    "its own table",
    searchscript({ name: "vulners", values: { "cpe:/a:x:y:1.id": "CVE-2018-15919" } }),
    [true, true],
  ],
] satisfies [string, Filter, boolean[]][])("%s", async (_, filter, expected) => {
  expect(await found(filter)).toEqual(expected);
  expect(await found({ k: "not", of: filter })).toEqual(expected.map((one) => !one));
});

test("topvalues", async () => {
  for (const purpose of ACTIVE) {
    const { rows } = await topvalues(ctx(true), purpose, ALL, { field: "vulns.id", limit: null });
    expect(rows.map(({ value }) => String(value)).sort()).toEqual([
      "CVE-2011-4315",
      "CVE-2017-0143",
      "CVE-2018-15919",
    ]);
    const states = await topvalues(ctx(true), purpose, ALL, { field: "vulns.state", limit: null });
    expect(states.rows).toContainEqual({ value: ["CVE-2018-15919", "LIKELY VULNERABLE"], count: 1 });
  }
});

test("records hold both, the table of vulners as it was", async () => {
  for (const purpose of ACTIVE) {
    const { records } = await get(ctx(true), purpose, ALL, { limit: null, skip: 0 });
    const ports = records[0]!.ports as JsonObject[];
    const scripts = ports.find(({ port }) => port === 22)!.scripts;
    const vulns = [{ id: "CVE-2018-15919", state: "LIKELY VULNERABLE", score: 5 }];
    expect(scripts).toEqual([
      { id: "banner", output: "SSH-2.0" },
      { id: "vulners", output: "as printed", vulners: LISTED, vulns },
    ]);
    const whole = await topvalues(ctx(true), purpose, ALL, { field: "ports.scripts", limit: null });
    expect(whole.rows.map(({ value }) => value)).toContainEqual({
      id: "vulners",
      output: "as printed",
      vulners: LISTED,
      vulns,
    });
    const projected = await get(ctx(true), purpose, ALL, {
      limit: null,
      skip: 0,
      fields: ["ports.scripts.vulns.id"],
    });
    expect(JSON.stringify(projected.records)).toContain("CVE-2018-15919");
  }
});
