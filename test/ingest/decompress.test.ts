import { describe, expect, test } from "bun:test";
import { decode } from "../../src/ingest/decompress.ts";
import { DamagedInput, DEFAULT_LIMITS, type ParseLimits } from "../../src/ingest/limits.ts";
import { bytesOf, inPieces } from "./read-events.ts";

const base64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
/** `hello gadwall\n`, compressed by bzip2 and xz. */
const BZ2 = base64("QlpoOTFBWSZTWS07IaYAAAPRgAAQQAAmxICAIAAxADAgB6mhwtQFqWXi7kinChIFp2Q0wA==");
const XZ = base64(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQANaGVsbG8gZ2Fkd2FsbAoAAACTZQyKWjoX1QABJg4IG+AEH7bzfQEAAAAABFla",
);
const text = "hello gadwall\n";

async function read(bytes: Uint8Array, limits: Partial<ParseLimits> = {}, piece = 1000) {
  const opened = await decode(inPieces(bytes, piece), { ...DEFAULT_LIMITS, ...limits });
  const parts: Uint8Array[] = [];
  let damage: unknown = null;
  try {
    for await (const chunk of opened.chunks) parts.push(chunk);
  } catch (error) {
    damage = error;
  }
  return {
    compression: opened.compression,
    head: opened.head,
    text: Buffer.concat(parts).toString(),
    damage,
  };
}

test.each([
  ["gzip", Bun.gzipSync(bytesOf(text))],
  ["zstd", Bun.zstdCompressSync(bytesOf(text))],
  ["bzip2", BZ2],
  ["xz", XZ],
  [null, bytesOf(text)],
])("%s is recognised and undone, whole and byte by byte", async (compression, bytes) => {
  for (const piece of [1, 1000]) {
    const got = await read(bytes as Uint8Array, {}, piece);
    expect(got).toEqual({ compression: compression as never, head: bytesOf(text), text, damage: null });
  }
});

describe("several members are one stream", () => {
  test.each([
    ["gzip", Bun.gzipSync(bytesOf(text))],
    ["bzip2", BZ2],
  ])("%s", async (_, bytes) => {
    const twice = new Uint8Array([...(bytes as Uint8Array), ...(bytes as Uint8Array)]);
    expect((await read(twice)).text).toBe(text + text);
  });
});

const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${Math.sin(i)}\n`).join("");

test.each([
  ["gzip", Bun.gzipSync(bytesOf(lines))],
  ["zstd", Bun.zstdCompressSync(bytesOf(lines))],
])("%s that ends early gives what was there", async (compression, bytes) => {
  const got = await read((bytes as Uint8Array).subarray(0, bytes.length / 2), {}, 65536);
  expect(got.damage).toBeInstanceOf(DamagedInput);
  expect(String(got.damage)).toContain(`${compression} data ends early`);
  expect(lines.startsWith(got.text)).toBe(true);
  expect(got.text.length).toBeGreaterThan(lines.length / 4);
});

test.each([
  ["bzip2", BZ2],
  ["xz", XZ],
])("%s that ends early is told", async (compression, bytes) => {
  const got = await read(bytes.subarray(0, bytes.length - 8));
  expect(String(got.damage)).toContain(`${compression} data ends early`);
});

test("damage is told, an error of reading is passed on", async () => {
  const bytes = Bun.gzipSync(bytesOf(lines));
  bytes[bytes.length >> 1]! ^= 0xff;
  expect((await read(bytes)).damage).toBeInstanceOf(DamagedInput);
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 1000);
    throw new RangeError("disk");
  }
  const { chunks } = await decode(failing(), DEFAULT_LIMITS);
  const drain = async (): Promise<void> => {
    for await (const _ of chunks);
  };
  await expect(drain()).rejects.toThrow(RangeError);
});

test("size and ratio are capped", async () => {
  const zeros = Bun.gzipSync(new Uint8Array(80 * 1024 * 1024));
  expect(String((await read(zeros, {}, 65536)).damage)).toContain("--max-ratio");
  expect(String((await read(zeros, { maxSize: 1_000_000 }, 65536)).damage)).toContain("--max-size");
});
