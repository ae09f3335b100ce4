import { expect, test } from "bun:test";
import { XmlText } from "../../src/ingest/text.ts";

test("byteAt gives the byte of a character, over chunks and broken sequences", () => {
  const bytes = new Uint8Array([...new TextEncoder().encode("aé–𝒳"), 0xff, 0x62, 0xe2, 0x82, 0x63]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const text = new XmlText();
    const before = text.decode(bytes.subarray(0, cut));
    const after = text.decode(bytes.subarray(cut)) + text.finish();
    expect(before + after).toBe("aé–𝒳ÿbâ‚c");
    expect(text.invalidBytes).toBe(3);
  }
  const text = new XmlText();
  text.decode(bytes);
  text.finish();
  expect([0, 1, 2, 3, 5, 6, 7, 8, 9, 10].map((unit) => text.byteAt(unit))).toEqual([
    0, 1, 3, 6, 10, 11, 12, 13, 14, 15,
  ]);
});
