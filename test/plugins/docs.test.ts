import { afterAll, expect, test } from "bun:test";
import { resolve } from "node:path";
import { look, Place } from "./place.ts";

const DOCS = resolve(import.meta.dir, "../../docs");
const place = new Place();
afterAll(() => place.remove());

// The example is type-checked with everything else (tsconfig.json), against gadwall.d.ts.
test.each(["plugin-example.ts", "plugin-access-example.ts"])(
  "docs/plugins.md has %s, whole",
  async (name) => {
    const example = await Bun.file(`${DOCS}/${name}`).text();
    expect(await Bun.file(`${DOCS}/plugins.md`).text()).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
  },
);

test("gadwall plugins types stands on its own but for zod", async () => {
  const types = await Bun.file(resolve(import.meta.dir, "../../src/plugins/gadwall.d.ts")).text();
  expect(
    [...types.matchAll(/from "([^"]+)"|import\("([^"]+)"\)/g)].map((found) => found[1] ?? found[2]),
  ).toEqual(["zod", "zod"]);
});

test("its examples load", async () => {
  const [path, access] = await Promise.all(
    ["plugin-example.ts", "plugin-access-example.ts"].map(async (name) =>
      place.write(name, await Bun.file(`${DOCS}/${name}`).text()),
    ),
  );
  const nothing = { problem: null, fatal: false, tools: [], filters: [], resources: [], importers: [] };
  expect((await look([access!], [path!])).found).toEqual([
    { ...nothing, path: access!, access: true },
    {
      ...nothing,
      path: path!,
      access: false,
      tools: ["find_printers"],
      filters: ["searchprinter"],
      resources: ["acme://guides/printers"],
      importers: ["acme-csv"],
    },
  ]);
});
