import { describe, expect, test } from "bun:test";
import { configEntries } from "../../src/cli/config-lines.ts";

/** What a text says, as a YAML reader would give it. */
function read(text: string): Record<string, unknown> {
  return Object.fromEntries(
    [...configEntries(text, "c.yaml")].map(([name, { value, members }]) => {
      if (value !== null) return [name, value];
      if (members.length === 0) return [name, null];
      if (members[0]!.key === null) return [name, members.map((member) => member.value)];
      return [name, Object.fromEntries(members.map((member) => [member.key, member.value]))];
    }),
  );
}

test.each<[string, Record<string, unknown>]>([
  ["", {}],
  ["# only\n\n   # comments\n", {}],
  ["\ufeff---\r\ndb: /x\r\n", { db: "/x" }],
  ["db: C:\\scans # here\nport: 17\n", { db: "C:\\scans", port: "17" }],
  ["bind: ::1\n'path' : /mcp#x\n", { bind: "::1", path: "/mcp#x" }],
  ["cors:\n- https://a.example\n- '*' # all\n", { cors: ["https://a.example", "*"] }],
  ["cors:\n\n  # two\n  - a\n  - \"b, 'c'\"\ndb: x", { cors: ["a", "b, 'c'"], db: "x" }],
  ["a: \"\\\"x\\\\ # y\"\nb: 'it''s: !x'\n", { a: '"x\\ # y', b: "it's: !x" }],
  ['access:\n    "@b.c": !\n'.replace("!", "x !y"), { access: { "@b.c": "x !y" } }],
  [
    "access:\n  group:a b: service:\"x y\" !port:22  # really\n  d@e.f: ''\n",
    { access: { "group:a b": 'service:"x y" !port:22', "d@e.f": "" } },
  ],
])("%p", (text, expected) => {
  expect(read(text)).toEqual(expected);
  if (text.trim() !== "" && !text.startsWith("# only"))
    expect(strings(Bun.YAML.parse(text.replace("\ufeff", "")))).toEqual(expected);
});

function strings(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strings);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strings(one)]));
}

describe("a word that YAML would take for itself", () => {
  test.each([
    "access:\n  default: !category:DMZ port:443\n",
    "access:\n  default: !category:DMZ\n",
    'access:\n  "a #b": !foo\n',
    'access:\n  "a #b": "x #" !foo\n',
    'access:\n  "a": "x" #\n  "b" : !foo\n',
    "access:\n  'a'': #': !foo\n",
    "access:\n  default: &x noaccess\n  group:a: *x\n",
    "access:\n  default: |\n    full\n",
    "access:\n  default: >-\n    !category:DMZ\n",
    "access:\n  default: %x\n",
    "access:\n  default: @x\n",
    "access:\n  default: `x\n",
    "access:\n  default: ? x\n",
    "access:\n  default: [port:22]\n",
    "access:\n  default: {a: b}\n",
    "!x access:\n  default: full\n",
    "&x access:\n  default: full\n",
    "? access\n: x\n",
  ])("%p", (text) =>
    expect(() => read(text)).toThrow(/^c\.yaml:\d: (a value that begins with [!&|>%@`?[{]|this value) must/),
  );
});

test.each([
  // Flow style: the first of these had a `!` hidden from a look at the text by a # in quotes.
  ['access: {"a #b": !foo}\n', 1],
  ['access: {"a@b.org": "x #", default: !category:LAN port:22}\n', 1],
  ['access: {"default":!category:DMZ port:443}\n', 1],
  ["{access: {default: noaccess}, access: {default: full}}\n", 1],
  ["access:\n  {default:\n    !foo}\n", 2],
  ['{"access": {"default": "full"}}', 1],
  // A value of several lines.
  ["access:\n  default: # or else\n    !category:DMZ port:443\n", 2],
  ["access:\n  default: noaccess\n    port:22\n", 3],
  ["access:\n  default:\n    noaccess\n", 2],
  ['access:\n  default: "noaccess\n  # x"\n', 2],
  ["access:\n  default: 'noaccess\n\n  x'\n", 2],
  ["db: x\n y\n", 2],
  // Escapes.
  ['"acc\\u0065ss":\n  default: full\n', 1],
  ['access:\n  default: "\\x21category:DMZ"\n', 2],
  ['access:\n  default: "noaccess\\\n  x"\n', 2],
  // Lines that only some readers see.
  ["db: x # y\raccess: z\n", 1],
  ["db: x # y\u2028access: z\n", 1],
  ["db: x # y\u0085access: z\n", 1],
  ["db: x\n\taccess: z\n", 2],
  ["access:\n\t default: full\n", 2],
  ["db: \ufeffx\n", 1],
  ["d\0b: x\n", 1],
  // Documents and directives.
  ["db: x\n---\ndb: y\n", 2],
  ["---\n---\ndb: y\n", 2],
  ["db: x\n...\ndb: y\n", 2],
  ["%YAML 1.2\n---\ndb: y\n", 1],
  ["--- {db: y}\n", 1],
  ["... db: y\n", 1],
  // Maps and lists that are not understood.
  ["<<: *x\n", 1],
  ["- a\n", 1],
  ["cors:\n  - a: b\n", 2],
  ["cors:\n  - - a\n", 2],
  ["cors:\n  -\n", 2],
  ["cors:\n- a\n  - b\n", 3],
  ["cors:\n  - a\n- b\n", 3],
  ["cors:\n  - a\n  b: c\n", 3],
  ["access:\n  a: b\n   c: d\n", 3],
  ["access:\n    a: b\n  c: d\n", 3],
  ["access:\n  a:\n    b: c\n", 2],
  ["a: b: c\n", 1],
  ["a: b:\n", 1],
  ['a: "b" c\n', 1],
  ['a: "b"#c\n', 1],
  ["a:b\n", 1],
  ['"a":b\n', 1],
  ["a\n", 1],
])("is refused, as a reader might take it for something else: %p", (text, line) => {
  expect(() => read(text)).toThrow(`c.yaml:${line}: `);
});

test.each([
  ["access:\n  default: noaccess\nport: 0\naccess:\n  bob@example.org: full\n", 4, "access stands in line 1"],
  ["access:\n  default: noaccess\n'access':\n  default: full\n", 3, "access stands in line 1"],
  ["access:\n  default: noaccess\n  default: full\n", 3, "default stands in line 2"],
  ["access:\n  default: noaccess\n  'default' : full\n", 3, "default stands in line 2"],
  ["db: /a\ndb: /b\n", 2, "db stands in line 1"],
])("no key may stand twice: %p", (text, line, sentence) =>
  expect(() => read(text)).toThrow(`c.yaml:${line}: ${sentence} already; write it once.`),
);

test("whatever is taken, a whole YAML reader takes for the same", () => {
  const keys = ["access", "db", "default", '"a"', "'b'", "g:r", "x y", "@c"];
  const parts =
    ": |:|  | #|#|\"|'|!|&a |*a|{|}|[|]|,|||>-|? |?|-|- |---|%|@b.c|full|\\|''|~|1|::1|<<|`|\\n|\" |: '|a: b".split(
      "|",
    );
  let state = 20_261;
  const any = <T>(list: readonly T[]): T => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return list[((state ^ (state >>> 13)) >>> 0) % list.length]!;
  };
  let taken = 0;
  for (let i = 0; i < 40_000; i++) {
    let text = "";
    for (let lines = any([1, 2, 3]); lines > 0; lines--) {
      const margin = any(["", "", "  ", "  - ", "- ", "    "]);
      text += margin + (margin.includes("-") ? "" : any(keys) + any([":", ": ", " : "]));
      for (let more = any([0, 1, 1, 2, 3]); more > 0; more--) text += any(parts);
      text += "\n";
    }
    let mine: Record<string, unknown>;
    try {
      mine = read(text);
    } catch {
      continue;
    }
    taken++;
    expect([text, strings(Bun.YAML.parse(text))]).toEqual([text, typed(mine)]);
  }
  expect(taken).toBeGreaterThan(1000);
});

/** Words that a whole reader takes for numbers or nothing, written as `strings` writes those. */
function typed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(typed);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key === "~" ? "null" : key, typed(one)]),
    );
  return value === "~" || value === null ? "null" : value;
}
