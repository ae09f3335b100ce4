/** The lists that FireHOL published, where they are at hand: ../shared is no part of the project. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readListFile } from "../../../src/feeds/parse/list-file.ts";
import { count4, merge4, networks4 } from "../../../src/feeds/ranges.ts";

const folder = join(import.meta.dir, "../../../../shared/data/firehol");
const files = existsSync(folder) ? readdirSync(folder).sort() : [];

/** Files whose header does not say what is in them, and why that is their fault. There are none. */
const WRONG_HEADERS: readonly string[] = [];

describe.skipIf(files.length === 0)("published lists", () => {
  test("hold as many networks and addresses as their headers say, and nothing else", async () => {
    const wrong: string[] = [];
    for (const file of files) {
      const list = await readListFile(Bun.file(join(folder, file)).stream(), file);
      const { header } = list;
      const merged = merge4(list.v4);
      const netset = file.endsWith(".netset");
      const right =
        header?.uniqueIps === count4(merged) &&
        header.subnets === (netset ? list.cidrs : null) &&
        // They are published as few networks as can be.
        (!netset || networks4(merged) === list.cidrs) &&
        list.v6.lo.length === 0 &&
        list.skipped.size === 0;
      if (!right) wrong.push(file);
    }
    expect(wrong).toEqual([...WRONG_HEADERS]);
  });

  test("have headers with everything but the odd source", async () => {
    for (const file of files) {
      const { header } = await readListFile(Bun.file(join(folder, file)).stream(), file);
      expect(`${header?.name}.${header?.hash}set`).toBe(file);
      for (const key of [
        "info",
        "maintainer",
        "maintainerUrl",
        "sourceDate",
        "fileDate",
        "category",
        "version",
      ] as const)
        expect([file, key, header?.[key]]).not.toEqual([file, key, null]);
      expect(header?.frequency).toBeGreaterThan(0);
      // Of histories, it is the window in the name.
      const window = header?.aggregation;
      if (window != null) expect(header?.name).toEndWith(`_${window / 1440}d`);
    }
  });
});
