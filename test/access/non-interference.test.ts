/**
 * Who may not see a record cannot tell that it is there: answers are, byte for byte, those of a database into which it was
 * never imported.
 */
import { describe, expect, test } from "bun:test";
import { type AccessScope, EVERYTHING } from "../../src/access/scope.ts";
import { callTool, type Reader } from "../../src/mcp/call.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import { PURPOSES } from "../../src/model/purpose.ts";
import { seeded } from "../filter/random.ts";
import { type Question, questions } from "./questions.ts";
import { HIDINGS, type Hiding, pairOf, SECRET } from "./worlds.ts";

async function answer(store: Reader, { tool, args }: Question, scope: AccessScope): Promise<string> {
  const signal = new AbortController().signal;
  return JSON.stringify(await callTool(tool, args, { store, scope: () => scope, signal }));
}

/** How many of the questions are asked for each way of hiding, and how many of those the owner is asked as well. */
const SHARES = [0.4, 0.4, 0.06, 0.06, 0.06, 0.06, 0.06];
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
