/**
 * Databases in pairs: one into which visible and hidden records were imported, and one that never saw the hidden ones.
 * Random records and those of the hand-made fixtures, through the loaders of imports, with the view folded.
 */
import { join } from "node:path";
import { type AccessScope, NOTHING, scopeOf } from "../../src/access/scope.ts";
import { refreshFeeds } from "../../src/feeds/metrics/refresh.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { readDocument } from "../../src/load/read.ts";
import type { Reader } from "../../src/mcp/call.ts";
import { parseAddress } from "../../src/model/ip.ts";
import type { Observation } from "../../src/model/passive.ts";
import type { Host } from "../../src/model/scan.ts";
import { infosOf } from "../../src/passive/infos.ts";
import { recordImport } from "../../src/store/import-log.ts";
import { ScanLoader } from "../../src/store/loader.ts";
import { PassiveLoader } from "../../src/store/passive-loader.ts";
import { refreshAll } from "../../src/view/refresh.ts";
import { pick, type Random, seeded } from "../filter/random.ts";
import { emptyDatabase } from "../support/db.ts";
import { addFeed } from "../support/feeds.ts";
import { Maker } from "../support/generated.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";

/** Stands in names and values of hidden records only. */
export const SECRET = "zsecret";

/** One way of hiding records. */
export interface Hiding {
  name: string;
  scope: AccessScope;
  /** Makes a record one that may be seen, or one that may not; null where it always is the other. */
  host(host: Host, visible: boolean, random: Random): Host | null;
  observation(observation: Observation, visible: boolean, random: Random): Observation | null;
  /** Hidden records are of other addresses; else of the same, and the view, which merges them, is not asked. */
  apart: boolean;
  /** Merged hosts may be seen where their records may; else some hosts known from observations alone may not. */
  view?: true;
}

const withCategory = (host: Host, category: string): Host => ({
  ...host,
  categories: [...(host.categories ?? []), category],
});
const withSensor = (observation: Observation, sensor: string): Observation => ({ ...observation, sensor });
const asVisible = (visible: boolean): string => (visible ? "VIS" : "HID");

const byCategory = {
  host: (host: Host, visible: boolean) => withCategory(host, asVisible(visible)),
  observation: (observation: Observation, visible: boolean) => withSensor(observation, asVisible(visible)),
};

const inside = (random: Random): bigint =>
  parseAddress(
    random() < 0.7 ? `192.0.2.${Math.floor(random() * 256)}` : `2001:db8::${Math.floor(random() * 64)}`,
  )!;

const byNetwork = {
  host: (host: Host, visible: boolean, random: Random) =>
    visible ? { ...host, addr: inside(random) } : host,
  observation: ({ targetval: _, ...observation }: Observation, visible: boolean, random: Random) =>
    visible ? { ...observation, addr: inside(random) } : observation,
};

const filtered = (filter: string): AccessScope => scopeOf(parseQuery(filter));

export const HIDINGS: readonly Hiding[] = [
  { name: "category:VIS", scope: filtered("category:VIS"), ...byCategory, apart: true },
  {
    name: "category:VIS, hidden records of the same addresses",
    scope: { ...filtered("category:VIS"), view: NOTHING },
    ...byCategory,
    apart: false,
  },
  {
    name: "!category:HID (category:VIS OR category:/^never$/)",
    scope: filtered("!category:HID (category:VIS OR category:/^never$/)"),
    ...byCategory,
    apart: true,
  },
  {
    name: "source:VIS",
    scope: filtered("source:VIS"),
    // No visible port has a service, which answers of nothing give as a reason.
    host: (host, visible) => ({
      ...host,
      sources: [asVisible(visible)],
      ...(visible && { ports: host.ports.map(({ service: _, ...port }) => port) }),
    }),
    observation: (observation, visible) => ({ ...observation, source: asVisible(visible) }),
    apart: true,
  },
  {
    name: "192.0.2.0/24,2001:db8::/32",
    scope: filtered("192.0.2.0/24,2001:db8::/32"),
    ...byNetwork,
    apart: true,
    view: true,
  },
  {
    name: "tag:VIS, which means nothing to passive",
    scope: filtered("tag:VIS"),
    host: (host, visible) => ({ ...host, tags: [...(host.tags ?? []), { value: asVisible(visible) }] }),
    observation: (observation, visible) => (visible ? null : observation),
    apart: true,
    view: true,
  },
  {
    name: "noaccess",
    scope: scopeOf(NOTHING),
    host: (host, visible) => (visible ? null : host),
    observation: (observation, visible) => (visible ? null : observation),
    apart: true,
    view: true,
  },
];

interface Record {
  importId: number;
  visible: boolean;
  host?: Host;
  observation?: Observation;
}

/** The last import brings hidden records only. */
const IMPORTS = [1, 2, 3, 4];

function elsewhere(random: Random): bigint {
  const n = Math.floor(random() * 8);
  return parseAddress(random() < 0.7 ? `198.18.0.${n}` : `fd00::${n}`)!;
}

/** A hidden host that says things that no visible one says. */
function telling(host: Host): Host {
  const data = { [`${SECRET}_member`]: { n: 1, text: SECRET }, title: SECRET };
  const scripts = [
    { id: `${SECRET}-script`, output: SECRET, key: `${SECRET}-script`, data },
    { id: "ssl-cert", output: SECRET, key: "ssl-cert", data },
    { id: "banner", output: SECRET, key: "banner", data },
  ];
  const service = { name: `${SECRET}svc`, product: `${SECRET}d`, version: SECRET, devicetype: SECRET };
  return {
    ...host,
    hostnames: [...host.hostnames, { name: `${SECRET}.example.com` }],
    ports: [...host.ports, { protocol: "tcp", port: 31_337, state: "open", service, scripts }],
    tags: [...(host.tags ?? []), { value: SECRET, info: [SECRET] }],
  };
}

async function ofFixtures(): Promise<(Host | Observation)[]> {
  const found: (Host | Observation)[] = [];
  for (const name of [
    "scripts-handmade.xml",
    "ivre/handmade-fingerprints.jsonl",
    "passive/handmade-passive-recon.json",
  ]) {
    const path = join(import.meta.dir, "../../fixtures", name);
    const document = await readDocument({ path, stdin: false, bytes: null }, DEFAULT_LIMITS);
    if (!("events" in document)) throw new Error(`${name} is not read`);
    for await (const events of document.events)
      for (const event of events)
        if (event.kind === "host") found.push(event.host);
        else if (event.kind === "observation") found.push(event.observation);
  }
  return found;
}

/** The records of a pair, in the order in which they are imported. */
async function recordsOf(hiding: Hiding, seed: number, size: number): Promise<Record[]> {
  const random = seeded(seed);
  const maker = new Maker(random);
  const raw: (Host | Observation)[] = [];
  for (let i = 0; i < size; i++) raw.push(maker.host(), maker.observation());
  // Each of the fixtures twice, so that there is a visible and a hidden one.
  const fixtures = await ofFixtures();
  const records: Record[] = [];
  const add = (one: Host | Observation, importId: number, visible: boolean): void => {
    const copy = structuredClone(one);
    if ("recontype" in copy) {
      const observation = hiding.observation(copy, visible, random);
      if (observation === null) return;
      if (!visible) observation.infos = { ...observation.infos, [`${SECRET}_info`]: SECRET };
      if (!visible && hiding.apart && observation.addr !== undefined) observation.addr = elsewhere(random);
      records.push({ importId, visible, observation });
      return;
    }
    const host = hiding.host(copy, visible, random);
    if (host === null) return;
    const shown = visible ? host : telling(host);
    if (!visible && hiding.apart && shown.addr !== undefined) shown.addr = elsewhere(random);
    records.push({ importId, visible, host: shown });
  };
  for (const one of raw) {
    const importId = pick(random, IMPORTS);
    add(one, importId, importId < 4 && random() < 0.6);
  }
  for (const one of fixtures) {
    add(one, 4, false);
    add(one, pick(random, [1, 2, 3]), true);
  }
  return records.sort((a, b) => a.importId - b.importId);
}

/** Data about addresses as reference data would say it. */
export const PLACES = ["nmap.host", "view.host", "passive.record"].map(
  (table) => `UPDATE ${table} SET
    country_code = ['DE', 'FR', NULL][1 + (addr % 3)::INTEGER], as_num = [64500, 64501, 0, NULL][1 + (addr % 4)::INTEGER],
    as_name = ['a', 'b', NULL][1 + (addr % 3)::INTEGER]`,
);

async function load(records: readonly Record[]): Promise<Reader> {
  const connection = await emptyDatabase();
  await connection.run("CREATE TEMP TABLE touched (addr UHUGEINT)");
  const scans = await ScanLoader.open(connection);
  const passive = await PassiveLoader.open(connection);
  let last: number | null = null;
  for (const importId of IMPORTS) {
    const of = records.filter((record) => record.importId === importId);
    if (of.length === 0) continue;
    last = importId;
    let [hosts, observations] = [0, 0];
    for (const { host, observation } of structuredClone(of)) {
      if (host !== undefined) {
        scans.host(host, { importId, runId: importId });
        hosts++;
      }
      if (observation !== undefined) {
        observations += observation.count;
        passive.add(observation);
      }
    }
    scans.flush();
    await passive.merge(importId, infosOf);
    await recordImport(connection, {
      ...{ id: importId, path: `/scans/${importId}.xml`, sha256: String(importId), bytes: 1, message: null },
      ...{ format: "nmap-xml", status: "imported", source: "office", sensor: null },
      ...{ categories: [`import${importId}`], tags: [], hosts, downHosts: 0, observations },
    });
  }
  scans.close();
  passive.close();
  const at = (id: string): string => `make_timestamp(2026, 1, ${id}::BIGINT, 0, 0, 0.0)`;
  await connection.run(`UPDATE main.import SET imported_at = ${at("id")}`);
  if (last !== null)
    await refreshAll(connection, { ...IMPROVEMENTS_OFF, closeUnlisted: true, vulnersAsVulns: true });
  for (const statement of PLACES) await connection.run(statement);
  await addFeed(connection, { name: "drop" }, ["192.0.2.0/28", "198.18.0.0/29"]);
  await refreshFeeds(connection, { changed: "all", now: new Date("2026-02-01T00:00:00Z") });
  const reading = {
    connection,
    empty: last === null,
    asOf: last === null ? null : `2026-01-0${last}T00:00:00Z`,
    feedsAsOf: "2026-02-01T00:00:00Z",
    file: {},
  };
  return { read: (work) => work(reading) };
}

export interface Pair {
  /** With the hidden records. */
  whole: Reader;
  /** Without. */
  without: Reader;
}

export async function pairOf(hiding: Hiding, seed: number, size: number): Promise<Pair> {
  const records = await recordsOf(hiding, seed, size);
  return { whole: await load(records), without: await load(records.filter(({ visible }) => visible)) };
}
