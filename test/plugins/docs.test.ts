import { afterAll, expect, test } from "bun:test";
import { resolve } from "node:path";
import { look, Place } from "./place.ts";

const DOCS = resolve(import.meta.dir, "../../docs");
const place = new Place();
afterAll(() => place.remove());

// The example is type-checked with everything else (tsconfig.json), against gadwall.d.ts.
test("docs/plugins.md has docs/plugin-example.ts, whole", async () => {
  const example = await Bun.file(`${DOCS}/plugin-example.ts`).text();
  expect(await Bun.file(`${DOCS}/plugins.md`).text()).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});

test("gadwall plugins types stands on its own but for zod", async () => {
  const types = await Bun.file(resolve(import.meta.dir, "../../src/plugins/gadwall.d.ts")).text();
  expect(
    [...types.matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].map((found) => found[1] ?? found[2]),
  ).toEqual(["zod", "zod"]);
});

test("its example loads", async () => {
  const path = place.write("example.ts", await Bun.file(`${DOCS}/plugin-example.ts`).text());
  expect((await look([path])).found).toEqual([
    {
      path,
      problem: null,
      fatal: false,
      access: true,
      tools: ["find_printers"],
      filters: ["searchprinter"],
      resources: ["acme://guides/printers"],
      importers: ["acme-csv"],
    },
  ]);
});
