import { expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Json } from "../../src/model/json.ts";
import type { Script } from "../../src/model/scan.ts";
import { derive } from "../../src/view/derive.ts";
import { fold } from "../../src/view/fold.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";
import { load, open, rows } from "./world.ts";

const ON = { ...IMPROVEMENTS_OFF, vulnersAsVulns: true };

const vulners = (output: string, data?: Json): Script => ({
  id: "vulners",
  output,
  ...(data !== undefined && { key: "vulners", data }),
});

/** The entries made of the scripts of one port, as both purposes have them. */
async function entries(...scripts: Script[]): Promise<Json> {
  const connection = await load([{ source: "s", hosts: [{ ports: [open(80, undefined, scripts)] }] }], ON);
  const [nmap, view] = await Promise.all(
    ["nmap", "view"].map((schema) =>
      rows(
        connection,
        `SELECT id, key, to_json(list(data ORDER BY element)) FROM ${schema}.script_more
         GROUP BY id, key, seq ORDER BY seq`,
      ),
    ),
  );
  expect(nmap).toEqual(view!);
  return view!.map(([id, key, data]) => [String(id), String(key), JSON.parse(String(data)) as Json]);
}

const STATE = "LIKELY VULNERABLE";

test("entries of vulners: the worst first, each once, without exploits", async () => {
  const data: Json = {
    "cpe:/a:x:y:1_0": [
      { id: "CVE-2019-6111", cvss: "5.8", type: "cve", is_exploit: "false" },
      { id: "MSF:ILITIES/SUSE-CVE-2019-25017/", cvss: "5.8", type: "metasploit", is_exploit: "true" },
      { id: "CVE-2018-15919", cvss: "5.0", type: "cve", is_exploit: "false" },
      { id: "PRION:CVE-2018-15919", cvss: "9.1", type: "prion", is_exploit: "false" },
      { id: "CNVD-2021-12345", cvss: "7.5", type: "cnvd", is_exploit: "false" },
    ],
    "cpe:/a:x:y:1_0:p1": [
      { id: "CVE-2019-6111", cvss: "5.8", type: "cve", is_exploit: "false" },
      { id: "cve-2020-1", cvss: "none", is_exploit: "false" },
      { id: "CVE-2020-14147", cvss: "nan" },
      { id: "CVE-2020-14148", cvss: "-inf" },
      { id: "CVE-2020-14149", cvss: "1e9" },
      { id: "CVE-2020-14145", cvss: "none", is_exploit: "false" },
      { cvss: "1.0" },
      "no object",
    ],
  };
  expect(await entries(vulners("as printed", data))).toEqual([
    [
      "vulners",
      "vulns",
      [
        { id: "CVE-2018-15919", state: STATE, score: 9.1 },
        { id: "CNVD-2021-12345", state: STATE, score: 7.5 },
        { id: "CVE-2019-6111", state: STATE, score: 5.8 },
        { id: "CVE-2020-14145", state: STATE },
        { id: "CVE-2020-14147", state: STATE },
        { id: "CVE-2020-14148", state: STATE },
        { id: "CVE-2020-14149", state: STATE },
        { id: "cve-2020-1", state: STATE },
      ],
    ],
  ]);
});

test("entries of vulners that are there as text only", async () => {
  const output = [
    "",
    "  cpe:/a:openbsd:openssh:7.4: ",
    "    \tMSF:ILITIES/UBUNTU-CVE-2019-6111/\t5.8\thttps://vulners.com/metasploit/MSF\t*EXPLOIT*",
    "    \tCVE-2018-15919\t5.0\thttps://vulners.com/cve/CVE-2018-15919",
    "    \tCVE-2017-15906\t\t10.0\t\thttps://vulners.com/cve/CVE-2017-15906\r",
    "    CVE-2017-1\tnot a line of it",
  ].join("\n");
  expect(await entries(vulners(output))).toEqual([
    [
      "vulners",
      "vulns",
      [
        { id: "CVE-2017-15906", state: STATE, score: 10 },
        { id: "CVE-2018-15919", state: STATE, score: 5 },
      ],
    ],
  ]);
});

test("entries of vulscan: its lines that name a CVE", async () => {
  const output = [
    "VulDB - https://vuldb.com:",
    "[176404] nginx up to 1.20.0 Resolver off-by-one",
    "",
    "MITRE CVE - https://cve.mitre.org:",
    "[CVE-2013-4547] nginx 0.8.41 through 1.4.3 allows remote attackers ([CVE-2013-0001])",
    "[CVE-2011-4315] Heap-based buffer overflow\r",
    "[CVE-2011-4315] Heap-based buffer overflow",
    "[CVE-2010-2263]",
    "",
    "OSVDB - http://www.osvdb.org:",
    "[92796] see CVE-2013-2070",
  ].join("\n");
  expect(await entries({ id: "vulscan", output })).toEqual([
    [
      "vulscan",
      "vulns",
      [
        { id: "CVE-2010-2263", state: STATE },
        { id: "CVE-2011-4315", title: "Heap-based buffer overflow", state: STATE },
        {
          id: "CVE-2013-4547",
          title: "nginx 0.8.41 through 1.4.3 allows remote attackers ([CVE-2013-0001])",
          state: STATE,
        },
      ],
    ],
  ]);
});

test("results that list nothing make no entries", async () => {
  expect(
    await entries(vulners("ERROR"), vulners("", []), vulners("", {}), {
      id: "vulscan",
      output: "No findings",
    }),
  ).toEqual([]);
});

test("entries of a result are bounded", async () => {
  const list = Array.from({ length: 12_000 }, (_, i) => ({ id: `CVE-2020-${10_000 + i}`, cvss: "1.0" }));
  const [[, , made]] = (await entries(vulners("", { cpe: list }))) as [[string, string, { id: string }[]]];
  expect(made.map(({ id }) => id)).toEqual(list.slice(0, 10_000).map(({ id }) => id));
});

const DATA = { cpe: [{ id: "CVE-2018-15919", cvss: "5.0", is_exploit: "false" }] };

async function state(connection: DuckDBConnection): Promise<unknown> {
  return {
    more: await rows(connection, "SELECT id, key FROM view.script_more"),
    scripts: await rows(connection, "SELECT id, key FROM view.script"),
    tags: await rows(connection, "SELECT value, type, info, origin FROM view.tag WHERE origin = 'vulners'"),
  };
}

test("entries give tags of their own origin; both go when they are not wanted any more", async () => {
  const host = { ports: [open(22, undefined, [vulners("", DATA)])] };
  const connection = await load([{ source: "s", hosts: [host] }], ON);
  const scripts = [["vulners", "vulners"]];
  expect(await state(connection)).toEqual({
    more: [["vulners", "vulns"]],
    scripts,
    tags: [["Likely vulnerable", "warning", "CVE-2018-15919", "vulners"]],
  });
  await derive(connection, "nmap", 0, IMPROVEMENTS_OFF);
  await fold(connection, "all", IMPROVEMENTS_OFF);
  expect(await state(connection)).toEqual({ more: [], scripts, tags: [] });
  expect(await rows(connection, "FROM nmap.script_more")).toEqual([]);
});
