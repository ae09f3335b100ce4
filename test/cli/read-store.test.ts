import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdsNothing, readStore } from "../../src/cli/read-store.ts";
import { publish } from "../../src/store/publish.ts";

const nothing = (db: string): string => `nothing imported yet into ${db}: gadwall import FILE\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gadwall-read-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function said(db: string, isEmpty?: typeof holdsNothing): Promise<string> {
  const write = spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await readStore({ db }, async () => {}, isEmpty);
    return write.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    write.mockRestore();
  }
}

test("a database with feeds but no scans is not empty for questions about all of it", async () => {
  const none = join(folder, "none.duckdb");
  expect(await said(none)).toBe(nothing(none));
  expect(await said(none, holdsNothing)).toBe(nothing(none));
  const feeds = join(folder, "feeds.duckdb");
  await publish(feeds, async (connection) => {
    await connection.run("INSERT INTO feed.version (id, imported_at) VALUES (1, TIMESTAMP '2026-01-01')");
    return true;
  });
  expect(await said(feeds)).toBe(nothing(feeds));
  expect(await said(feeds, holdsNothing)).toBe("");
});
