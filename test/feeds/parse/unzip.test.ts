import { expect, test } from "bun:test";
import { crc32, deflateRawSync } from "node:zlib";
import { DEFAULT_FEED_LIMITS } from "../../../src/feeds/parse/limits.ts";
import { unzip } from "../../../src/feeds/parse/unzip.ts";

interface Part {
  name: string;
  data: Buffer;
  method?: number;
  flags?: number;
  crc?: number;
  size?: number;
}

/** A ZIP archive, as right or wrong as its parts. */
function zip(parts: Part[], comment = ""): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, data, method = 8, flags = 0, crc = crc32(data), size = data.length } of parts) {
    const packed = method === 8 ? deflateRawSync(data) : data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end, Buffer.from(comment)]);
}

async function content(archive: Uint8Array, limits = DEFAULT_FEED_LIMITS): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of unzip(archive, limits)) all.push(piece);
  return Buffer.concat(all).toString();
}

const file: Part = { name: "a.txt", data: Buffer.from("192.0.2.1\n".repeat(1000)) };

test("one file, packed or stored, beside folders, before a comment", async () => {
  expect(await content(zip([file]))).toBe(file.data.toString());
  expect(await content(zip([{ ...file, method: 0 }], "PK and so on"))).toBe(file.data.toString());
  expect(await content(zip([{ name: "d/", data: Buffer.alloc(0), method: 0 }, file]))).toBe(
    file.data.toString(),
  );
});

test.each([
  ["two files", zip([file, file]), "holds 2 files"],
  ["no file", zip([]), "holds 0 files"],
  ["another method", zip([{ ...file, method: 12 }]), "not read (12)"],
  ["a password", zip([{ ...file, flags: 1 }]), "encrypted"],
  ["a wrong checksum", zip([{ ...file, crc: 1 }]), "damaged"],
  ["a wrong size", zip([{ ...file, size: 1 }]), "damaged"],
  ["no end", zip([file]).subarray(0, 100), "its end is missing"],
  ["no ZIP", Buffer.from("192.0.2.1\n"), "no ZIP archive"],
  ["nothing", Buffer.alloc(0), "no ZIP archive"],
  ["a directory elsewhere", zip([file]).subarray(20), "damaged"],
])("an archive with %s is refused", async (_, archive, message) => {
  await expect(content(archive)).rejects.toThrow(message);
});

test("a bomb is stopped", async () => {
  const bomb = zip([{ name: "b", data: Buffer.alloc(5_000_000) }]);
  await expect(content(bomb, { ...DEFAULT_FEED_LIMITS, maxSize: 1_000_000 })).rejects.toThrow(
    "more than a list may have",
  );
  await expect(content(bomb, { ...DEFAULT_FEED_LIMITS, maxDocument: 1000 })).rejects.toThrow(
    "more than a list may have",
  );
});

test("any damage is an error of its own kind", async () => {
  const good = zip([file]);
  for (let at = 0; at < good.length; at++) {
    const bad = Buffer.from(good);
    bad[at]! ^= 0xff;
    const outcome = await content(bad).catch((error: Error) => error.name);
    expect([file.data.toString(), "DamagedInput"]).toContain(outcome);
  }
});
