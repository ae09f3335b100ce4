/** A scan that broke off and the same one whole. */
import { expect, test } from "bun:test";
import { importAll, type Labels, type Scan, type ScannedHost } from "../access/import-worlds.ts";

const HOSTS: ScannedHost[] = [1, 2, 3].map((n) => ({ addr: `192.0.2.${n}`, ports: [[22, "ssh"]], end: n }));
const LABELS: Labels = { category: "LAN", source: "office", tag: "x" };

const scan = (whole: boolean, hosts: readonly ScannedHost[], more: Partial<Scan> = {}): Scan => ({
  ...{ run: "a", whole, hosts },
  ...LABELS,
  ...more,
});
const broken = (hosts = HOSTS.slice(0, 2), more?: Partial<Scan>): Scan => scan(false, hosts, more);
const whole = scan(true, HOSTS);

/** The imports with their numbers of hosts, and the last part of the hosts' addresses by import. */
async function left(...steps: Scan[]): Promise<unknown> {
  const { connection } = await importAll(steps);
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
  return {
    imports: await rows("SELECT id, status, hosts::INTEGER FROM main.import ORDER BY id"),
    hosts: await rows("SELECT import_id, list(v4 % 256 ORDER BY v4) FROM nmap.host GROUP BY 1 ORDER BY 1"),
    runs: await rows("SELECT import_id FROM main.run ORDER BY 1"),
    view: await rows("SELECT count(*)::INTEGER FROM view.host"),
  };
}

test("the part gives way, whichever came first", async () => {
  const rest = (id: number) => ({
    imports: [[id, "imported", 3]],
    hosts: [[id, [1, 2, 3]]],
    runs: [[id]],
    view: [[3]],
  });
  expect(await left(broken(), whole)).toEqual(rest(2));
  expect(await left(whole, broken())).toEqual(rest(1));
}, 30_000);

test("a host that the whole scan says otherwise, or does not have, stays", async () => {
  const changed: ScannedHost = { ...HOSTS[1]!, ports: [[80, "http"]] };
  const other: ScannedHost = { ...HOSTS[1]!, addr: "192.0.2.9" };
  expect(await left(broken([HOSTS[0]!, changed, other]), whole)).toMatchObject({
    imports: [
      [1, "partial", 2],
      [2, "imported", 3],
    ],
    hosts: [
      [1, [2, 9]],
      [2, [1, 2, 3]],
    ],
    view: [[4]],
  });
}, 30_000);

test.each<[string, Partial<Scan>]>([
  ["category", { category: "DMZ" }],
  ["tag", { tag: "y" }],
  ["source", { source: "home" }],
  ["run", { run: "b" }],
])(
  "another %s: all stay",
  async (_, more) => {
    expect(await left(broken(HOSTS, more), whole)).toMatchObject({
      hosts: [
        [1, [1, 2, 3]],
        [2, [1, 2, 3]],
      ],
    });
  },
  30_000,
);
