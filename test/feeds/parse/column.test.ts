import { describe, expect, test } from "bun:test";
import { readColumn } from "../../../src/feeds/parse/column.ts";
import { pieces, ranges } from "./read-fixture.ts";

async function run(body: string, column: string): Promise<string[]> {
  const list = await readColumn(pieces(body, 5), column, "x.csv");
  const first = ranges(list).map((range) => range.split("-")[0]!);
  return [...first, ...[...list.skipped].map(([reason, count]) => `${reason} ${count}`)];
}

const A = "192.0.2.1";
const B = "2001:db8::1";

describe("CSV", () => {
  test.each([
    ["by number", `name,ip\nx,${A}\ny,${B}\n`, "2", [A, B, "other 1"]],
    ["by name", `name,IP\nx,${A}\ny,${B}\n`, "ip", [A, B]],
    ["with semicolons", `ip;name\n${A};x,y\n`, "ip", [A]],
    ["with tabs", `name\tip\nx y\t${A}\n`, "ip", [A]],
    ["with bars", `name | ip\nx|${A}\n`, "ip", [A]],
    ["quoted", `"name","ip"\n"x,1","${A}"\n`, "ip", [A]],
    ["after comments", `# made by me, for you\n\nip,name\n${A},x\n# ${B},y\n`, "ip", [A]],
    ["named in a comment", `# list\n# "name","ip"\n"x","${A}"\n`, "ip", [A]],
    ["number after comments", `# a;b;c;d\nx,${A}\n`, "2", [A]],
    ["one column", `ip\n${A}\n`, "ip", [A]],
    ["byte order mark", `\ufeffip,x\n${A},1\n`, "ip", [A]],
    ["CR LF", `x,ip\r\n1,${A}\r\n`, "ip", [A]],
    ["short lines", `x,ip\n1,${A}\nnothing\n\n2.2.2.2\n3,\n`, "ip", [A, "no_column 2", "other 1"]],
    ["a plain list", "2.2.2.2\n3.3.3.3\n", "3", ["no_column 2"]],
  ])("%s", async (_, body, column, expected) => expect(await run(body, column)).toEqual(expected));

  test("no such column", async () => {
    await expect(run("name,address\nx,y\n", "adress")).rejects.toThrow(
      'x.csv: no column "adress" in the first line; there are name, address. Did you mean address?',
    );
  });

  test("names of columns are cleaned", async () => {
    await expect(run("a\u001b[31m,b\n", "c")).rejects.toThrow("there are a\ufffd[31m, b.");
  });
});

describe("JSON", () => {
  test.each([
    ["an array of objects", `[{"ip":"${A}"},{"ip":"${B}"},{"x":1}]`, "ip", [A, B]],
    ["a path from an array", `[{"a":{"ips":["${A}"]}}]`, "a.ips[*]", [A]],
    ["a full path from an array", `["${A}"]`, "[*]", [A]],
    ["a path from an object", `{"prefixes":[{"ip":"${A}"}]}`, "prefixes[*].ip", [A]],
    ["lines", `{"ip":"${A}"}\n{"ip":"${B}"}\n`, "ip", [A, B]],
    ["a path in lines", `{"a":{"ip":"${A}"}}\n{"a":{"ip":"${B}"}}\n`, "a.ip", [A, B]],
    ["one object over several lines", `{\n"ip":"${A}"\n}\n`, "ip", [A]],
    [
      "values that are no text",
      `{"ip":["${A}",{"a":1},7,null,[],[[1]],""," # x"]}`,
      "ip[*]",
      [A, "not_text 5", "other 2"],
    ],
    ["blanks before", `\ufeff\n [\n{"ip":"${A}"}\n]`, "ip", [A]],
  ])("%s", async (_, body, column, expected) => expect(await run(body, column)).toEqual(expected));

  test("no path", async () => {
    await expect(run("[]", "a b")).rejects.toThrow('x.csv: "a b" is no path into JSON');
  });

  test("a path that leads nowhere", async () => {
    await expect(run(`{"data":[{"ip":"${A}"}]}`, "ip")).rejects.toThrow(
      "there is nothing at ip in this JSON, the top of which has data",
    );
    await expect(run(`{"ip":"${A}"}\n{"ip":"${B}"}\n`, "address")).rejects.toThrow(
      'x.csv: no line has anything at "address".',
    );
    expect(await run("[]", "ip")).toEqual([]);
  });
});

test("an empty file has nothing in any column", async () => {
  expect(await run("", "ip")).toEqual([]);
});
