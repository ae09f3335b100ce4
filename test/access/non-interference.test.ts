/**
 * Who may not see a record cannot tell that it is there: answers are, byte for byte, those of a database into which it was
 * never imported.
 */
import { describe, expect, test } from "bun:test";
import { type AccessScope, EVERYTHING, NOTHING, scopeOf } from "../../src/access/scope.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { callTool, type Reader } from "../../src/mcp/call.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import { PURPOSES, type Purpose } from "../../src/model/purpose.ts";
import { seeded } from "../filter/random.ts";
import { DERIVE, importAll, type Made, only, SIGHTS, STEPS, type Step } from "./import-worlds.ts";
import { importQuestions, type Question, questions } from "./questions.ts";
import { HIDINGS, type Hiding, pairOf, SECRET } from "./worlds.ts";

async function answer(store: Reader, { tool, args }: Question, scope: AccessScope): Promise<string> {
  const signal = new AbortController().signal;
  return JSON.stringify(await callTool(tool, args, { store, scope: () => scope, signal }));
}

/** How many of the questions are asked for each way of hiding, and how many of those the owner is asked as well. */
const SHARES = [0.25, 0.25, 0.06, 0.06, 0.06, 0.06, 0.06];
const OF_OWNER = 0.2;

/** Whether the owner of the database without the hidden records sees the same: settings of the file are only for the owner. */
function isWhole({ tool, args }: Question, { apart, view }: Hiding): boolean {
  return (
    apart && tool !== "info" && (view === true || (args.purpose !== "view" && tool !== "nmap_service_values"))
  );
}

for (const [i, hiding] of HIDINGS.entries())
  describe(hiding.name, () => {
    test("is as if the hidden records had never been imported", async () => {
      const { whole, without } = await pairOf(hiding, 100 + i, 60);
      const random = seeded(i);
      const asked = questions(random, hiding.apart ? PURPOSES : ["nmap", "passive"], SHARES[i]!);
      let [owners, different, told] = [0, 0, 0];
      for (const question of asked) {
        const restricted = await answer(whole, question, hiding.scope);
        const same = (is: string): void =>
          expect({ ...question, restricted: is }).toEqual({ ...question, restricted });
        same(await answer(without, question, hiding.scope));
        if (question.args.limit !== 100 && random() > OF_OWNER) continue;
        if (isWhole(question, hiding)) same(await answer(without, question, EVERYTHING));
        const all = await answer(whole, question, EVERYTHING);
        owners++;
        if (all !== restricted) different++;
        if (!all.includes(SECRET) || JSON.stringify(question).includes(SECRET)) continue;
        told++;
        expect(restricted).not.toContain(SECRET);
      }
      // The questions are such that hidden records would show.
      expect(different).toBeGreaterThan(owners / 4);
      expect(told).toBeGreaterThan(0);
      expect([...TOOLS.keys()].filter((name) => asked.every(({ tool }) => tool !== name))).toEqual([]);
    }, 120_000);
  });

/** The addresses of the view that may be seen. */
async function merged(made: Made, scope: AccessScope): Promise<ReadonlySet<unknown>> {
  const args = { purpose: "view", field: "addr" };
  const answered = JSON.parse(await answer(made, { tool: "distinct", args }, scope));
  return new Set(answered.structuredContent.result);
}

/** Answers about the purposes are those of the database that only these imports made. */
async function same(
  whole: Made,
  steps: readonly (Step | null)[],
  purposes: readonly Purpose[],
  scope: AccessScope,
): Promise<void> {
  const without = await importAll(steps);
  for (const question of importQuestions(purposes)) {
    const restricted = await answer(whole, question, scope);
    expect({ ...question, restricted }).toEqual({
      ...question,
      restricted: await answer(without, question, scope),
    });
  }
  for (const purpose of purposes) {
    const all = { tool: "get", args: { purpose, limit: 100 } };
    expect(await answer(whole, all, EVERYTHING)).not.toEqual(await answer(whole, all, scope));
  }
}

/** One import bears on what others brought: in the order given, and backwards. */
describe.each([
  ["as they came", STEPS, SIGHTS],
  ["backwards", STEPS.toReversed(), SIGHTS.filter(({ filter }) => /^(?:category|tag|port)/.test(filter))],
])("imports %s", (_, steps, sights) => {
  const whole = importAll(steps);

  test.each(sights)(
    "$filter: records of scans and sensors",
    async (sight) => {
      const scope = { ...scopeOf(parseQuery(sight.filter)), view: NOTHING };
      await same(await whole, only(steps, sight), ["nmap", "passive"], scope);
    },
    60_000,
  );

  // Of the view whole merged hosts are hidden: with all that went into them.
  test.each(sights.filter(({ filter }) => /category|port/.test(filter)))(
    "$filter: merged hosts",
    async ({ filter }) => {
      const scope = { ...scopeOf(parseQuery(filter)), nmap: NOTHING, passive: NOTHING };
      const visible = await merged(await whole, scope);
      const part = ({ addr }: { addr: string }): boolean => visible.has(addr);
      expect(visible.size).toBeGreaterThan(1);
      await same(await whole, only(steps, { host: part, seen: part }), ["view"], scope);
    },
    60_000,
  );
});

test("merged hosts are not in the order in which imports of others had them folded anew", async () => {
  const scan = (n: number): Step => ({
    ...{ run: `${n}`, whole: true, category: "", source: "", tag: "" },
    hosts: [{ addr: `192.0.2.${n}`, ports: [[22, "ssh"]], end: n }],
  });
  const steps = [scan(9), scan(200), scan(1), scan(5)];
  const scope = scopeOf(parseQuery("192.0.2.0/28"));
  const asked = { tool: "get", args: { purpose: "view", fields: ["addr"] } };
  // Another way of deriving has all hosts folded anew, and again with the next import.
  const derive = (step: number) => ({ ...DERIVE, vulnersAsVulns: step !== 1 });
  const whole = await answer(await importAll(steps, derive), asked, scope);
  expect(JSON.parse(whole).structuredContent.total).toBe(3);
  expect(whole).toBe(
    await answer(await importAll([steps[0]!, null, steps[2]!, steps[3]!], derive), asked, scope),
  );
}, 60_000);
