import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../src/model/errors.ts";
import { changeFailure } from "../../src/store/failure.ts";
import { publish } from "../../src/store/publish.ts";

const told = (message: string): string => {
  const error = changeFailure(new Error(message), "/data/a.duckdb", "/data/a.duckdb.build-7");
  return error instanceof UserError ? error.message : `bug: ${message}`;
};

test("a full disk, full memory and damaged files are no bugs", () => {
  expect(told('FATAL Error: Failed to create checkpoint: Could not write "x": No space left on device')).toBe(
    "no space left to write the database /data/a.duckdb: it is as it was before",
  );
  expect(told("ENOSPC: no space left on device, copyfile 'a' -> 'b'")).toStartWith("no space left");
  expect(told("Out of Memory Error: could not allocate block\n\nPossible solutions:")).toStartWith(
    "the memory does not hold this change (Out of Memory Error: could not allocate block)",
  );
  expect(told('IO Error: Corrupt file "/data/a.duckdb.build-7"')).toBe(
    'cannot write the database /data/a.duckdb: IO Error: Corrupt file "/data/a.duckdb"',
  );
  expect(told("EROFS: read-only file system, open '/data/a.duckdb.lock.7'")).toBe(
    "cannot write the database /data/a.duckdb: EROFS: read-only file system, open '/data/a.duckdb.lock.7'",
  );
  expect(told("Binder Error: no column x")).toBe("bug: Binder Error: no column x");
});

test("a database that is a folder or garbage is refused with its name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-failure-"));
  try {
    const garbage = join(folder, "garbage.duckdb");
    writeFileSync(garbage, "garbage");
    mkdirSync(join(folder, "sub"));
    for (const path of [garbage, join(folder, "sub")]) {
      await expect(publish(path, async () => true)).rejects.toThrow(`cannot write the database ${path}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
