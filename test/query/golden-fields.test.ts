/** Every form of every pseudo-field gives the right answer, which is not empty, over data that went the whole way in. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EVERYTHING } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { importFiles } from "../../src/load/import.ts";
import type { Json } from "../../src/model/json.ts";
import { PURPOSES, type Purpose } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { pseudoOf } from "../../src/query/pseudo.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { Store } from "../../src/store/reader.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";
import { type Golden, HOSTS, PASSIVE, VIEW, WITHOUT_INPUT } from "./golden-fields.ts";
import { passiveContext } from "./passive-world.ts";
import { contextOf } from "./world.ts";

const FIXTURES = join(import.meta.dir, "../../fixtures");
const INPUTS = [
  "scripts-handmade.xml",
  "ivre/handmade-fingerprints.jsonl",
  "passive/handmade-passive-recon.json",
];

const GOLDEN: Record<Purpose, Golden> = { nmap: HOSTS, view: { ...HOSTS, ...VIEW }, passive: PASSIVE };

const PLACE = {
  country_code: "DE",
  country_name: "Germany",
  city: "Bonn",
  as_num: 64500,
  as_name: "EXAMPLE",
};
const PLACES: Golden = {
  country: ["country", [["DE", "Germany"], 1]],
  asnum: ["asnum", [64500, 1]],
  as: ["as", [[64500, "EXAMPLE"], 1]],
  city: ["city", [["DE", "Bonn"], 1]],
};

async function answer(context: QueryContext, purpose: Purpose, field: string): Promise<[Json, number][]> {
  const { rows } = await topvalues(context, purpose, ALL, { field, limit: 3 });
  return rows.map(({ value, count }) => [value, count]);
}

let folder: string;
const stores: Partial<Record<Purpose, Store>> = {};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-golden-"));
  const load = async (name: string, inputs: readonly string[]): Promise<Store> => {
    const db = join(folder, name);
    const { files } = await importFiles(
      inputs.map((input) => join(FIXTURES, input)),
      {
        ...{ db, source: "handmade", categories: ["LAB"], tags: [], sensor: "s1" },
        ...{ test: false, force: false, limits: DEFAULT_LIMITS, ...IMPROVEMENTS_OFF },
      },
    );
    expect(files.map(({ status }) => status)).toEqual(inputs.map(() => "imported"));
    return new Store(db);
  };
  stores.nmap = stores.view = await load("hosts.duckdb", INPUTS.slice(0, 2));
  stores.passive = await load("passive.duckdb", INPUTS.slice(2));
});
afterAll(async () => {
  for (const store of new Set(Object.values(stores))) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const purpose of PURPOSES)
  describe(purpose, () => {
    const forms = pseudoOf(purpose).flatMap((pseudo) => pseudo.forms.map(([form]) => form));

    test("every form has its question, and every question its form", () => {
      const asked = [...Object.keys(GOLDEN[purpose]), ...Object.keys(WITHOUT_INPUT)];
      expect(forms.filter((form) => !asked.includes(form))).toEqual([]);
      expect(Object.keys(GOLDEN[purpose]).filter((form) => !forms.includes(form))).toEqual([]);
      expect(Object.keys(WITHOUT_INPUT).filter((form) => !forms.includes(form))).toEqual(
        purpose === "passive" ? ["city"] : [],
      );
    });

    for (const [form, [text, ...expected]] of Object.entries(GOLDEN[purpose]))
      test(form === text ? form : `${form}: ${text}`, async () => {
        expect(expected).not.toBeEmpty();
        expect(
          await stores[purpose]!.read(({ connection }) =>
            answer({ connection, scope: EVERYTHING }, purpose, text),
          ),
        ).toEqual(expected as [Json, number][]);
      });
  });

describe("what no input fills yet, over rows put in by hand", () => {
  for (const form of Object.keys(WITHOUT_INPUT))
    test(form, async () => {
      const [text, ...expected] = PLACES[form]!;
      const host = { addr: "192.0.2.1", infos: PLACE };
      for (const purpose of ["nmap", "view"] as const)
        expect<unknown>(await answer(await contextOf(purpose, [host]), purpose, text)).toEqual(expected);
      if (form === "city") return;
      const { city: _, ...place } = PLACE;
      const seen = {
        addr: "192.0.2.1",
        recontype: "SSH_SERVER",
        value: "x",
        firstseen: "2024-01-01T00:00:00Z",
        lastseen: "2024-01-01T00:00:00Z",
        count: 1,
      };
      const context = await passiveContext([seen], { "192.0.2.1": place });
      expect<unknown>(await answer(context, "passive", text)).toEqual(expected);
    });
});
