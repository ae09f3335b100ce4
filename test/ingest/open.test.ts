import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../../src/ingest/limits.ts";
import { openScan } from "../../src/ingest/open.ts";
import { bytesOf, inPieces, nmaprun } from "./read-events.ts";

async function opened(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof openScan>>> {
  return openScan(inPieces(bytes, 100), DEFAULT_LIMITS);
}

test("format and compression are told", async () => {
  expect(await opened(bytesOf(nmaprun("")))).toMatchObject({ format: "nmap-xml", compression: null });
  expect(await opened(Bun.gzipSync(bytesOf(nmaprun(""))))).toMatchObject({ compression: "gzip" });
});

test("what cannot be read is a message, and the stream is let go", async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield bytesOf("hello\n".repeat(100));
    } finally {
      closed = true;
    }
  }
  expect(await openScan(endless(), DEFAULT_LIMITS)).toEqual({ unknown: expect.stringContaining("hello") });
  expect(closed).toBe(true);
  expect(await opened(Bun.gzipSync(bytesOf("hello")))).toEqual({ unknown: expect.stringContaining("hello") });
});

test("compressed data that is damaged from its first byte is told as such", async () => {
  expect(await opened(bytesOf("BZh9 is no bzip2"))).toEqual({
    unknown: expect.stringContaining("bzip2 data"),
  });
});

const fixtures = join(import.meta.dir, "../../fixtures/nmap");

test.skipIf(!existsSync(fixtures))("our own scans: each complete host is told once", async () => {
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith(".xml"))) {
    const text = await Bun.file(join(fixtures, name)).text();
    const looked = text
      .match(/<host[ >][\s\S]*?<\/host>/g)
      ?.filter((h) => !/<status state="(?:unknown|skipped)"/.test(h));
    const scan = await openScan(Bun.file(join(fixtures, name)).stream(), DEFAULT_LIMITS);
    if (!("events" in scan)) throw new Error(`${name}: ${JSON.stringify(scan)}`);
    let told = 0;
    for await (const batch of scan.events) {
      for (const event of batch) if (event.kind === "host" || event.kind === "down") told++;
    }
    expect([name, told]).toEqual([name, looked?.length ?? 0]);
  }
});
