import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { treat } from "../../src/nse/treatments.ts";

test.each([
  ["2048", 2048],
  ["2048.0", 2048],
  ["many", "many"],
])("a host key of %s bits", (bits, expected) => {
  const { scripts } = treat({
    id: "ssh-hostkey",
    output: "x",
    data: [{ type: "ssh-rsa", bits, key: "AAAA" }],
  });
  expect(scripts[0]).toEqual({
    id: "ssh-hostkey",
    output: "x",
    key: "ssh-hostkey",
    data: [{ type: "ssh-rsa", bits: expected, key: "AAAA" }],
  });
});

test("host keys in another form stay as they are", () => {
  const data = { a: "b" };
  expect(treat({ id: "ssh-hostkey", output: "x", data }).scripts[0]?.data).toEqual(data);
  expect(treat({ id: "ssh-hostkey", output: "x", data: ["y", {}] }).scripts[0]?.data).toEqual(["y", {}]);
});

const KEX = { kex_algorithms: ["k1", "k2"], server_host_key_algorithms: ["h"] };
const hash = (name: string, text: string) => createHash(name).update(text).digest("hex");

test("offered algorithms get their HASSH, in the text too", () => {
  const data = {
    ...KEX,
    encryption_algorithms: ["e1", "e2"],
    mac_algorithms: [],
    compression_algorithms: ["none"],
  };
  const raw = "k1,k2;e1,e2;;none";
  const [script] = treat({ id: "ssh2-enum-algos", output: "\n  kex_algorithms: (2)", data }).scripts;
  const md5 = hash("md5", raw);
  const sha1 = hash("sha1", raw);
  const sha256 = hash("sha256", raw);
  expect(script?.data).toEqual({ ...data, hassh: { version: "1.1", raw, md5, sha1, sha256 } });
  expect(script?.output).toBe(
    [
      "\n  kex_algorithms: (2)",
      "  HASSH",
      "    version: 1.1",
      `    raw: ${raw}`,
      `    md5: ${md5}`,
      `    sha1: ${sha1}`,
      `    sha256: ${sha256}`,
    ].join("\n"),
  );
});

test("where the directions differ, that of the server counts", () => {
  const data = {
    ...KEX,
    encryption_algorithms_client_to_server: ["c"],
    encryption_algorithms_server_to_client: ["s"],
    mac_algorithms: ["m"],
    compression_algorithms: ["none"],
  };
  expect(treat({ id: "ssh2-enum-algos", output: "x", data }).scripts[0]?.data).toMatchObject({
    hassh: { raw: "k1,k2;s;m;none" },
  });
});

test.each([[KEX], [undefined]])("no fingerprint of half a handshake (%#)", (data) => {
  const [script] = treat({ id: "ssh2-enum-algos", output: "x", ...(data ? { data } : {}) }).scripts;
  expect(script?.output).toBe("x");
  expect(script?.data).toEqual(data);
});
