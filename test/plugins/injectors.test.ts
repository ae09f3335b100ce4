import { afterAll, expect, test } from "bun:test";
import { EVERYTHING, NOTHING, scopeOf } from "../../src/access/scope.ts";
import type { Identity } from "../../src/accounts/identity.ts";
import { ALL } from "../../src/filter/ast.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { callTool, contextOf } from "../../src/mcp/call.ts";
import { readResource } from "../../src/mcp/resources.ts";
import { call, world } from "../mcp/world.ts";
import { look, Place, unhandled } from "./place.ts";

const place = new Place();
afterAll(() => place.remove());

const ann: Identity = { email: "ann@example.org", groups: ["a"], admin: false, by: "key", scopes: [] };

const restricted = async (...bodies: string[]) => {
  const plugins = await look(bodies.map((body) => place.plugin(`{ api: 1, access: ${body} }`)));
  expect(plugins.found.map(({ problem }) => problem)).toEqual(bodies.map(() => null));
  return plugins;
};

test("both hold: the access filter and what plugins say, all of them", async () => {
  const { narrow } = await bound("() => 'net:192.0.2.0/24'", "() => api.query('port:80')");
  const store = await world();
  const count = async (scope: typeof EVERYTHING) =>
    (await call(store, "count", { purpose: "view" }, scope)).structured?.result;
  expect(await count(EVERYTHING)).toBe(3);
  expect(await count(narrow(EVERYTHING, null))).toBe(2);
  expect(await count(narrow(scopeOf(parseQuery("country:DE")), null))).toBe(1);
  expect(narrow(scopeOf(NOTHING), null).view).toEqual(NOTHING);
});

async function bound(...bodies: string[]) {
  const plugins = await restricted(...bodies);
  return { narrow: plugins.narrow.bind(plugins) };
}

test("it is asked at every call who asks, and cannot change it", async () => {
  const { narrow } = await bound(
    "(asker) => { try { asker?.groups.push('b'); } catch {} return asker?.groups.includes('b') ? 'full' : asker === null ? 'noaccess' : 'port:80'; }",
  );
  expect(narrow(EVERYTHING, null).view).toEqual(NOTHING);
  expect(narrow(EVERYTHING, ann).view).toEqual(parseQuery("port:80"));
  expect(narrow(EVERYTHING, ann).view).toEqual(parseQuery("port:80"));
  expect(narrow(EVERYTHING, { ...ann, groups: ["b"] }).view).toEqual(ALL);
  expect(ann.groups).toEqual(["a"]);
});

test("what means nothing to a purpose hides everything there", async () => {
  const { narrow } = await bound("() => 'tag:CDN'");
  expect(narrow(EVERYTHING, ann).passive).toEqual(NOTHING);
  expect(narrow(EVERYTHING, ann).view).not.toEqual(NOTHING);
});

test.each([
  "() => { throw new Error('down'); }",
  "async () => 'full'",
  "async () => { throw new Error('down'); }",
  "() => ({ then() { throw new Error('down'); } })",
  "() => ({ k: 'or', of: [Promise.reject(new Error('down'))] })",
  "() => { throw { toString() { throw 1; } }; }",
  "() => undefined",
  "() => null",
  "() => true",
  "() => ''",
  "() => 'port:'",
  "() => ({})",
  "() => ({ k: 'all', and: 1 })",
  "() => ({ k: 'evil' })",
  "() => ({ k: 'not' })",
])("%s shows nothing", async (body) => {
  const { narrow } = await bound(body, "() => 'full'");
  const lost = await unhandled(async () => {
    expect(() => narrow(EVERYTHING, ann)).toThrow("failed, so nothing is shown: ");
  });
  expect(lost).toEqual([]);
});

test("what cannot be evaluated is an error to whoever asks, without its details", async () => {
  const plugins = await restricted("() => { throw new Error('secret'); }");
  const asking = {
    store: await world(),
    scope: () => plugins.narrow(EVERYTHING, ann),
    signal: new AbortController().signal,
  };
  const { error } = console;
  console.error = () => {};
  try {
    for (const name of ["count", "get", "info", "find_feeds"]) {
      const answer = await callTool(
        name,
        name === "count" || name === "get" ? { purpose: "view" } : {},
        asking,
      );
      expect(answer.isError).toBe(true);
      expect(JSON.stringify(answer)).not.toMatch(/secret|\.ts/);
    }
    const counting = place.plugin(
      `{ api: 1, resources: [{ uri: "acme://x", name: "x", title: "x", description: "x", mimeType: "text/plain",
         read: ({ read }) => read(async (data) => String(await data.count({ purpose: "view" }))) }] }`,
    );
    const { resources } = (await look([], [counting])).catalogue;
    const reading = readResource("acme://x", resources, contextOf(asking));
    await expect(reading).rejects.toThrow("internal error: the server's standard error has the details");
  } finally {
    console.error = error;
  }
});
