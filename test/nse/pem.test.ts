import { expect, test } from "bun:test";
import { certificatesIn } from "../../src/nse/pem.ts";

const BEGIN = "-----BEGIN CERTIFICATE-----";
const END = "-----END CERTIFICATE-----";

test.each([
  ["as it should be", `${BEGIN}\nMIIB\nAAAA\n${END}\n`, ["MIIBAAAA"]],
  ["line ends of Windows", `${BEGIN}\r\nMIIB\r\nAAAA\r\n${END}\r\n`, ["MIIBAAAA"]],
  ["blanks in place of line breaks", `${BEGIN} MIIB AAAA ${END}`, ["MIIBAAAA"]],
  ["nothing in place of line breaks", `${BEGIN}MIIBAAAA${END}`, ["MIIBAAAA"]],
  ["several", `${BEGIN}\nMIIB\n${END}\n${BEGIN}\nMIIC\n${END}`, ["MIIB", "MIIC"]],
  ["no end", `${BEGIN}\nMIIB`, ["MIIB"]],
  ["no end before the next", `${BEGIN}\nMIIB\n${BEGIN}\nMIIC\n${END}`, ["MIIB", "MIIC"]],
  ["text before it", `Subject: x\n${BEGIN}\nMIIB\n${END}\n`, ["MIIB"]],
  ["base64 only", "\nMIIB\nAAAA\n", ["MIIBAAAA"]],
  ["an empty one", `${BEGIN}\n${END}`, []],
  ["none", "Subject: x", []],
])("%s", (_, text, expected) => {
  expect(certificatesIn(text)).toEqual(expected);
});

test("a text of nothing but beginnings is read once", () => {
  expect(certificatesIn(`${BEGIN}A`.repeat(200_000))).toHaveLength(100);
});
