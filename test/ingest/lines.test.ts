import { expect, test } from "bun:test";
import { LineReader } from "../../src/ingest/lines.ts";
import { bytesOf } from "./read-events.ts";

interface Read {
  text: string | null;
  line: number;
  byte: number;
}

function read(bytes: Uint8Array, piece: number, maxLine = 1000): { lines: Read[]; reader: LineReader } {
  const reader = new LineReader(maxLine);
  const lines: Read[] = [];
  const take = (block: ReturnType<LineReader["write"]>): void => {
    for (const [i, text] of block?.lines.entries() ?? [])
      lines.push({ text, line: block!.first + i, byte: block!.byteOf(i) });
  };
  for (let at = 0; at < bytes.length; at += piece) {
    const chunk = Buffer.from(bytes.subarray(at, at + piece));
    take(reader.write(chunk));
    chunk.fill(0);
  }
  take(reader.finish());
  return { lines, reader };
}

const TEXT = "first\n\nthïrd 🦆\r\nlast";
const EXPECTED: Read[] = [
  { text: "first", line: 1, byte: 0 },
  { text: "", line: 2, byte: 6 },
  { text: "thïrd 🦆\r", line: 3, byte: 7 },
  { text: "last", line: 4, byte: 20 },
];

test("lines with their numbers and bytes, however the input is cut", () => {
  for (let piece = 1; piece < 30; piece++) {
    const { lines, reader } = read(bytesOf(TEXT), piece);
    expect(lines).toEqual(EXPECTED);
    expect(reader.unterminated).toBe(true);
  }
});

test("a line end at the end begins no line", () => {
  const { lines, reader } = read(bytesOf("a\nb\n"), 3);
  expect(lines.map(({ text }) => text)).toEqual(["a", "b"]);
  expect(reader.unterminated).toBe(false);
});

test.each(["", "\n", "x", "xy"])("tiny input %p", (text) => {
  expect(read(bytesOf(text), 1).lines.map((line) => line.text)).toEqual(
    text === "" ? [] : text.split("\n", 1),
  );
});

test("byte order marks", () => {
  const [first] = read(bytesOf("\ufeffa\nb"), 2).lines;
  expect(first).toEqual({ text: "a", line: 1, byte: 3 });
  const wide = Buffer.from("\ufeffa\nü\n", "utf16le");
  const swapped = Buffer.from(wide).swap16();
  for (const form of [wide, swapped]) {
    for (let piece = 1; piece < 12; piece++) {
      expect(read(form, piece).lines).toEqual([
        { text: "a", line: 1, byte: 2 },
        { text: "ü", line: 2, byte: 6 },
      ]);
    }
  }
});

test("a line that is too long is let go and counted", () => {
  const text = `one\n${"x".repeat(500)}\nthree\n${"y".repeat(200)}`;
  for (const piece of [1, 7, 64, 150, 400, 5000]) {
    expect(read(bytesOf(text), piece, 100).lines).toEqual([
      { text: "one", line: 1, byte: 0 },
      { text: null, line: 2, byte: 4 },
      { text: "three", line: 3, byte: 505 },
      { text: null, line: 4, byte: 511 },
    ]);
  }
});

test("bytes that are not UTF-8 are read as windows-1252 and counted", () => {
  const bytes = Uint8Array.from([0x61, 0xe9, 0x0a, 0xc3, 0xa9, 0x80, 0x0a]);
  const { lines, reader } = read(bytes, 2);
  expect(lines.map(({ text }) => text)).toEqual(["aé", "é€"]);
  expect(reader.invalidBytes).toBe(2);
});
