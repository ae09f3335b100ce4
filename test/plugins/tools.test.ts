import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { EVERYTHING, scopeOf } from "../../src/access/scope.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { decodeToken } from "../../src/filter/token.ts";
import { callTool, contextOf, type Reader } from "../../src/mcp/call.ts";
import type { Catalogue } from "../../src/mcp/catalogue.ts";
import { readResource } from "../../src/mcp/resources.ts";
import { AS_OF, type Called, world } from "../mcp/world.ts";
import { look, Place, TOOL, unhandled } from "./place.ts";

const place = new Place();
afterAll(() => place.remove());

let store: Reader;
beforeAll(async () => {
  store = await world();
});

const signal = new AbortController().signal;

async function catalogue(object: string): Promise<Catalogue> {
  const plugins = await look([], [place.plugin(object)]);
  expect(plugins.found[0]!.problem).toBeNull();
  return plugins.catalogue;
}

/** Calls the one tool of a plugin that consists of these members. */
async function probe(
  members: string,
  args: Record<string, unknown> = {},
  more: { scope?: typeof EVERYTHING; mayWrite?: () => boolean } = {},
): Promise<Called & { logged: string }> {
  const { tools } = await catalogue(`{ api: 1, tools: [{ ${TOOL}, input: {}, ${members} }] }`);
  const { error } = console;
  let logged = "";
  console.error = (...parts: unknown[]) => {
    logged += parts.map(String).join(" ");
  };
  try {
    const { scope = EVERYTHING, mayWrite } = more;
    const result = await callTool("probe", args, { tools, store, scope: () => scope, signal, mayWrite });
    return {
      texts: result.content.map((block) => (block.type === "text" ? block.text : "")),
      structured: result.structuredContent as Record<string, unknown> | undefined,
      isError: result.isError ?? false,
      logged,
    };
  } finally {
    console.error = error;
  }
}

const ANY = "output: api.z.unknown()";

describe("answers", () => {
  test("are cleaned and cut as ours are", async () => {
    const { structured, texts } = await probe(
      `${ANY}, handler: () => ({ result: { "k\\u202e": "a\\u001b[2J" + "x".repeat(9000) }, hint: "see\\n\\u0007 this" })`,
    );
    const result = structured?.result as Record<string, string>;
    expect(Object.keys(result)).toEqual(["k\ufffd"]);
    expect(result["k\ufffd"]).toMatch(/^a\ufffd\[2Jx+… \[\d+ more characters\]$/);
    expect(texts[1]).toStartWith("see \ufffd this");
  });

  test("lists go on where they were cut", async () => {
    const { structured, texts } = await probe(
      `output: api.z.array(api.z.string()), lists: true,
       handler: () => ({ result: Array(50).fill("x".repeat(2000)), total: 500, skipped: 5, next: (n) => ({ skip: 5 + n }) })`,
    );
    const returned = structured?.returned as number;
    expect(returned).toBeLessThan(16);
    expect(structured).toMatchObject({ total: 500, truncated: true, next: { skip: 5 + returned } });
    expect(texts[1]).toContain(`{"skip":${5 + returned}}`);
  });

  test("are JSON, whatever was given", async () => {
    const { structured } = await probe(`${ANY}, handler: () => ({ result: { at: new Date(0), f() {} } })`);
    expect(structured).toEqual({ result: { at: "1970-01-01T00:00:00.000Z" } });
  });

  test.each([
    `${ANY}, handler: () => undefined`,
    `${ANY}, handler: () => ({})`,
    `${ANY}, handler: () => ({ result: 1n })`,
    `${ANY}, handler: () => { const a = []; a.push(a); return { result: a }; }`,
    `${ANY}, handler: () => ({ result: 1, markdown: "x" })`,
    `output: api.z.string(), handler: () => ({ result: 1 })`,
    `output: api.z.array(api.z.string()).catch([]), lists: true, handler: () => ({ result: "no list" })`,
    `${ANY}, handler: (_, { read }) => read((data) => data.count({ purpose: "view" }))`,
    `${ANY}, handler: () => { throw new Error("secret /path") }`,
    `${ANY}, handler: async () => { throw "secret" }`,
  ])("a fault of the plugin is none of who asks: %s", async (members) => {
    const { isError, texts, logged } = await probe(members);
    expect(isError).toBe(true);
    expect(texts).toEqual(["internal error in probe: a plugin failed, see the server's standard error"]);
    expect(logged).toMatch(/^gadwall: the plugin \S+\.ts failed in probe: \S/);
  });

  test.each([
    ["new Error('a\\u001b[2J\\ngadwall: forged\\u0007')", "a\ufffd[2J gadwall: forged\ufffd"],
    ["'a\\ngadwall: forged'", "a gadwall: forged"],
    ["{ toString() { throw 1 } }", "something was thrown that cannot be shown"],
    ["Object.create(null)", "something was thrown that cannot be shown"],
    ["null", "null"],
    ["Symbol('x')", "Symbol(x)"],
    [
      "api.z.object({ a: api.z.array(api.z.int()) }).safeParse({ a: ['x'], b: 1 }).error",
      "a[0]: Invalid input",
    ],
  ])("what is told of %s is one line, and a stack further in", async (thrown, expected) => {
    const { logged } = await probe(`${ANY}, handler: () => { throw ${thrown} }`);
    const [first, ...rest] = logged.split("\n");
    expect(first).toStartWith("gadwall: the plugin ");
    expect(first).toContain(` failed in probe: ${expected}`);
    expect(logged.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    for (const line of rest) expect(line).toStartWith("    at ");
  });

  test.each([
    "({ result: Promise.reject(new Error('lost')) })",
    "({ result: [1, { a: Promise.reject(new Error('lost')) }, Promise.reject(new Error('lost'))] })",
    "({ result: { then() { throw new Error('lost') } } })",
  ])("a promise inside is refused and caught: %s", async (answer) => {
    const lost = await unhandled(async () => {
      const { isError, logged } = await probe(`${ANY}, handler: () => ${answer}`);
      expect(isError).toBe(true);
      expect(logged).toContain("there is a promise in the answer: await it");
    });
    expect(lost).toEqual([]);
  });

  test("a UserError is told", async () => {
    const { isError, texts } = await probe(
      `${ANY}, handler: () => { throw new api.UserError("Say\\u202e so.") }`,
    );
    expect([isError, texts]).toEqual([true, ["Say\ufffd so."]]);
  });
});

test("arguments are checked as ours are", async () => {
  const members = `input: { n: api.z.int().min(1), tags: api.z.array(api.z.string()).default([]) }, example: { n: 1 }, ${ANY}, handler: (args) => ({ result: args })`;
  expect((await probe(members, { n: "3", tags: "a" })).structured?.result).toEqual({ n: 3, tags: ["a"] });
  expect((await probe(members, { n: 0 })).texts[0]).toContain(
    'argument "n" of probe must be an integer of at least 1',
  );
  expect((await probe(members, { n: 1, m: 1 })).texts[0]).toContain('"m"');
});

test("a check may be a promise, in arguments and results", async () => {
  const even =
    "api.z.int().refine(async (n) => { if (n > 9) throw new Error('too far'); return n % 2 === 0; })";
  const members = `input: { n: ${even} }, example: { n: 2 }, output: ${even}, handler: ({ n }) => ({ result: n === 4 ? 5 : n })`;
  expect((await probe(members, { n: 2 })).structured?.result).toBe(2);
  expect((await probe(members, { n: 3 })).texts[0]).toContain('argument "n" of probe');
  expect((await probe(members, { n: 4 })).logged).toContain(
    "the result of probe is not what its output says",
  );
  expect((await probe(members, { n: 10 })).logged).toContain("failed in probe: too far");
});

describe("reading", () => {
  const COUNT = `${ANY}, reads: true, handler: async (_, { read }) => ({ result: await read((data) => data.count({ purpose: "view" })) })`;

  test("is within what may be seen, and says how old it is", async () => {
    expect((await probe(COUNT)).structured).toEqual({ result: 3, as_of: AS_OF });
    const scope = scopeOf(parseQuery("country:DE"));
    expect((await probe(COUNT, {}, { scope })).structured?.result).toBe(1);
  });

  test("is each of our questions, with filters of any kind", async () => {
    const { structured } = await probe(
      `${ANY}, reads: true, handler: async (_, { read }) => ({ result: await read(async (data) => [
        await data.count({ purpose: "passive", sum: true, filter: "recontype:DNS_ANSWER" }),
        (await data.get({ purpose: "view", filter: api.filters.searchport({ port: 22 }), fields: ["addr"], sort: ["-addr"], limit: 1 })).records,
        (await data.topvalues({ purpose: "view", field: "service", limit: 1 })).rows,
        (await data.distinct({ purpose: "view", field: "ports.port", filter: api.not(api.query("port:22")) })).values,
        Object.keys(await data.info()).length > 0,
      ]) })`,
    );
    expect(structured?.result).toEqual([
      40,
      [{ addr: "198.51.100.7" }],
      [{ value: "http", count: 2 }],
      [80],
      true,
    ]);
  });

  test("wrong questions are told to whoever asked when they are about filters or fields", async () => {
    const asking = (question: string) =>
      probe(
        `${ANY}, reads: true, handler: async (_, { read }) => ({ result: await read((data) => data.${question}) })`,
      );
    expect((await asking('count({ purpose: "view", filter: "port:x" })')).texts[0]).not.toContain("internal");
    expect((await asking('distinct({ purpose: "view", field: "nothing" })')).texts[0]).not.toContain(
      "internal",
    );
    for (const [question, told] of [
      ['count({ purpose: "view", filter: { k: "evil" } })', "what was given for a filter is none"],
      ["count({})", "data.count: purpose: Invalid option: expected one of"],
      ["count()", "data.count: Invalid input: expected object"],
      ['count({ purpose: "view", fitler: "port:22" })', 'data.count: Unrecognized key: "fitler"'],
      ['get({ purpose: "view", limit: "1; DROP" })', "data.get: limit: "],
      ['get({ purpose: "view", limit: 0 })', "data.get: limit: "],
      ['topvalues({ purpose: "view", field: "service", limit: -1 })', "data.topvalues: limit: "],
      ['distinct({ purpose: "view", field: "ports.port", limit: 10001 })', "data.distinct: limit: "],
      ['get({ purpose: "view", limit: 1.5 })', "data.get: limit: "],
      ['get({ purpose: "view", skip: -1 })', "data.get: skip: "],
      ['get({ purpose: "view", fields: "addr" })', "data.get: fields: Invalid input: expected array"],
    ] as const) {
      const { texts, logged } = await asking(question);
      expect(texts[0]).toContain("internal error");
      expect(logged).toContain(told);
    }
  });

  test("what is not awaited ends nothing", async () => {
    const lost = await unhandled(async () => {
      const { structured } = await probe(
        `${ANY}, reads: true, handler: (_, { read }) => {
           read(async (data) => { data.count({}); data.count({ purpose: "view" }); throw new Error("lost"); });
           return { result: 1 };
         }`,
      );
      expect(structured?.result).toBe(1);
    });
    expect(lost).toEqual([]);
  });

  test("ends with the answer", async () => {
    const { texts, logged } = await probe(
      `${ANY}, reads: true, handler: async (_, { read }) => { const kept = await read(async (data) => data); return { result: await kept.count({ purpose: "view" }) }; }`,
    );
    expect(texts[0]).toContain("internal error");
    expect(logged).toContain("after its read() had ended");
  });

  test("a tool that says that it reads and did not still says how old the data is", async () => {
    const { structured } = await probe(`${ANY}, reads: true, handler: () => ({ result: 1 })`);
    expect(structured).toEqual({ result: 1, as_of: AS_OF });
  });
});

test("what changes something is refused to whoever is not signed in, and says what it does", async () => {
  const members = `${ANY}, annotations: { readOnlyHint: false, idempotentHint: true }, handler: () => ({ result: "done" })`;
  for (const mayWrite of [undefined, () => false])
    expect((await probe(members, {}, { mayWrite })).texts).toEqual([
      "probe changes something, which needs somebody who is signed in",
    ]);
  expect((await probe(members, {}, { mayWrite: () => true })).structured?.result).toBe("done");
  const { tools } = await catalogue(`{ api: 1, tools: [{ ${TOOL}, input: {}, ${members} }] }`);
  expect(tools.get("probe")?.definition.annotations).toEqual({
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  });
});

describe("filters", () => {
  const build = async (body: string, args: Record<string, unknown>) => {
    const { tools } = await catalogue(
      `{ api: 1, filters: [{ name: "searchprobe", title: "t", description: "d", input: { n: api.z.int() }, example: { n: 1 }, build: ${body} }] }`,
    );
    const { error } = console;
    console.error = () => {};
    try {
      const result = await callTool("searchprobe", args, { tools, store, scope: () => EVERYTHING, signal });
      return { error: result.isError ?? false, text: (result.content[0] as { text: string }).text };
    } finally {
      console.error = error;
    }
  };

  test("give tokens of our filters", async () => {
    const { text } = await build(
      "({ n }) => api.and(api.query('country:DE'), api.filters.searchport({ port: n }))",
      {
        purpose: "view",
        n: 22,
      },
    );
    expect(decodeToken(text)).toEqual(parseQuery("country:DE port:22"));
    expect(decodeToken((await build("({ n }) => 'port:' + n", { purpose: "view", n: 1 })).text)).toEqual(
      parseQuery("port:1"),
    );
  });

  test("are refused where they mean nothing", async () => {
    const { error, text } = await build("() => 'tag:CDN'", { purpose: "passive", n: 1 });
    expect(error).toBe(true);
    expect(text).toContain('cannot be asked of purpose "passive"');
    expect((await build("() => 'port:22'", { n: 1 })).text).toContain('"purpose"');
  });

  test.each([
    "() => ({ k: 'sql' })",
    "() => undefined",
    "async () => 'port:1'",
    "async () => { throw new Error('lost'); }",
    "() => api.not(Promise.reject(new Error('lost')))",
    "() => ({ k: 'and', of: [Promise.reject(new Error('lost'))] })",
  ])("%s is none", async (body) => {
    const lost = await unhandled(async () => {
      expect((await build(body, { purpose: "view", n: 1 })).text).toContain("internal error");
    });
    expect(lost).toEqual([]);
  });

  test("of texts that no filter holds are refused where they are built", async () => {
    const { text } = await build("() => api.filters.searchproduct({ product: 'x'.repeat(10_001) })", {
      purpose: "view",
      n: 1,
    });
    expect(text).toStartWith("A text of 10001 characters cannot be asked for: at most 10000.");
  });
});

describe("resources", () => {
  const read = async (body: string, scope = EVERYTHING) => {
    const { resources } = await catalogue(
      `{ api: 1, resources: [{ uri: "acme://x", name: "x", title: "X", description: "d", mimeType: "text/plain", read: ${body} }] }`,
    );
    const { error } = console;
    console.error = () => {};
    try {
      const { contents } = await readResource(
        "acme://x",
        resources,
        contextOf({ store, scope: () => scope, signal }),
      );
      return (contents[0] as { text: string }).text;
    } finally {
      console.error = error;
    }
  };
  const COUNT = "({ read }) => read(async (data) => (await data.count({ purpose: 'view' })) + '\\u202e')";

  test("are within what may be seen, and cleaned", async () => {
    expect(await read(COUNT)).toBe("3\ufffd");
    expect(await read(COUNT, scopeOf(parseQuery("country:DE")))).toBe("1\ufffd");
  });

  test("are cut between lines", async () => {
    const text = await read("() => 'a line of some text\\n'.repeat(10_000)");
    expect(text.length).toBeLessThan(30_100);
    expect(text).toMatch(/text\n\n\(cut off here: \d+ more characters\)\n$/);
  });

  test("that fail tell nothing of why, but for a UserError", async () => {
    await expect(read("() => { throw new Error('secret'); }")).rejects.toThrow(/^internal error/);
    await expect(read("() => 1")).rejects.toThrow(/^internal error/);
    await expect(read("() => { throw new api.UserError('Not today.'); }")).rejects.toThrow("Not today.");
  });
});
