/** Nothing of plugins is loaded where there are none. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { resolve } from "node:path";
import { Place } from "./place.ts";

const MAIN = resolve(import.meta.dir, "../../src/main.ts");
const MARK = "LOADED ";
const place = new Place();
let watch = "";

beforeAll(() => {
  watch = place.write(
    "watch.ts",
    `import { readFileSync } from "node:fs";
     Bun.plugin({ name: "watch", setup(build) {
       build.onLoad({ filter: /src\\/plugins\\/.*\\.ts$/ }, ({ path }) => {
         process.stderr.write("${MARK}" + path + "\\n");
         return { contents: readFileSync(path, "utf8"), loader: "ts" };
       });
     } });`,
  );
  place.write("empty.xml", "");
});
afterAll(() => place.remove());

async function loadedBy(args: readonly string[]): Promise<string[]> {
  const child = Bun.spawn([process.execPath, "--preload", watch, MAIN, ...args], {
    cwd: place.folder,
    env: { HOME: place.folder, PATH: process.env.PATH, GADWALL_DB: `${place.folder}/x.duckdb` },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  const lines = (await child.stderr.text()).split("\n");
  await child.exited;
  return lines.filter((line) => line.startsWith(MARK));
}

test.each(["--version", "mcp-server --help", "mcp-server", "import empty.xml", "plugins list"])(
  "gadwall %s",
  async (words) => expect(await loadedBy(words.split(" "))).toEqual([]),
);

test("with one they are", async () => {
  const path = place.plugin("{ api: 1 }");
  expect((await loadedBy(["mcp-server", "--plugin", path])).length).toBeGreaterThan(5);
});
