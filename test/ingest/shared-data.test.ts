/** Real and deliberately broken files by others, where they are at hand: ../shared is no part of the project. */
import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { openScan } from "../../src/ingest/open.ts";
import type { ScanEvent } from "../../src/model/scan.ts";
import { kinds } from "./read-events.ts";

const shared = join(import.meta.dir, "../../../shared/data");

interface Outcome {
  status: "imported" | "partial" | "skipped" | "failed";
  hosts: number;
  message: string;
}

async function outcome(path: string): Promise<Outcome> {
  const opened = await openScan(Bun.file(path).stream(), DEFAULT_LIMITS);
  if ("skip" in opened) return { status: "skipped", hosts: 0, message: opened.skip };
  if ("unknown" in opened) return { status: "failed", hosts: 0, message: opened.unknown };
  const all: ScanEvent[] = [];
  for await (const batch of opened.events) all.push(...batch);
  const counts = kinds(all);
  const broken = all.find((event) => event.kind === "broken");
  const warning = all.find((event) => event.kind === "warning");
  return {
    status: broken === undefined ? "imported" : counts.run === undefined ? "failed" : "partial",
    hosts: counts.host ?? 0,
    message: broken?.message ?? warning?.message ?? "",
  };
}

/** What is to become of each file of data/invalid: status, hosts, and a piece of the message. */
const EXPECTED: Readonly<Record<string, readonly [Outcome["status"], number, string]>> = {
  "bad_values.xml": ["imported", 2, "left out"],
  "billion_laughs.xml": ["failed", 0, "entities"],
  "bzip2ed.xml.bz2": ["imported", 1, ""],
  "concatenated_twice.xml": ["imported", 2, ""],
  "empty.xml": ["failed", 0, "empty"],
  "external_entity.xml": ["failed", 0, "entities"],
  "garbage.json": ["failed", 0, "JSON"],
  "garbage.txt": ["failed", 0, "-oN"],
  "gzip_truncated.xml.gz": ["partial", 0, "gzip data ends early"],
  "gzipped.xml.gz": ["imported", 1, ""],
  "latin1_declared.xml": ["imported", 1, ""],
  "leading_whitespace.xml": ["imported", 1, ""],
  "no_address_host.xml": ["imported", 2, ""],
  "no_doctype.xml": ["imported", 1, ""],
  "nul_byte.xml": ["imported", 1, "replaced"],
  "only_header.xml": ["partial", 0, "no </nmaprun>"],
  "other_root.xml": ["failed", 0, "NessusClientData_v2"],
  "truncated_after_host.xml": ["partial", 2, "no </nmaprun>"],
  "truncated_asd_60pct.xml": ["partial", 29, "inside a host"],
  "truncated_mid_attribute.xml": ["partial", 1, "inside a host"],
  "undeclared_8bit.xml": ["imported", 1, "windows-1252"],
  "utf16le_bom.xml": ["imported", 1, ""],
  "utf8_bom.xml": ["imported", 1, ""],
};

describe.skipIf(!existsSync(join(shared, "invalid")))("data/invalid", () => {
  test("the table names every file", () => {
    expect(readdirSync(join(shared, "invalid")).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(Object.entries(EXPECTED))("%s", async (name, [status, hosts, message]) => {
    expect(await outcome(join(shared, "invalid", name))).toEqual({
      status,
      hosts,
      message: message === "" ? "" : expect.stringContaining(message),
    });
  });
});

/** Files of nmap and nmap-odd that were cut off when they were made; all others are whole. */
const PARTIAL = new Set([
  "diego95root+HackTheBox__Passage_files_nmap_all.xml",
  "lance0145+security_tool__output.xml",
  "local-lab__lab_killed.xml",
]);

describe.skipIf(!existsSync(join(shared, "nmap")))("real files", () => {
  test.each(["nmap", "nmap-odd"])("data/%s: all are read", async (folder) => {
    for (const name of readdirSync(join(shared, folder))) {
      const { status } = await outcome(join(shared, folder, name));
      expect([name, status]).toEqual([name, PARTIAL.has(name) ? "partial" : "imported"]);
    }
  });

  test("the oracle's files hold as many hosts as it says", async () => {
    const imports: { file: string }[] = await Bun.file(join(shared, "../oracle/imports.json")).json();
    let hosts = 0;
    for (const { file } of imports) {
      if (file.startsWith("data/nmap/")) hosts += (await outcome(join(shared, "..", file))).hosts;
    }
    expect(hosts).toBe(1015);
  });
});
