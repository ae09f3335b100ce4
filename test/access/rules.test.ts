import { describe, expect, test } from "bun:test";
import { AccessRules, type Asker, readAccess, readKey, type WrittenRules } from "../../src/access/rules.ts";
import { EVERYTHING, isEverything, NOTHING, narrow, scopeOf } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { compile } from "../../src/filter/compile.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { PURPOSES } from "../../src/model/purpose.ts";
import { randomFilter, seeded } from "../filter/random.ts";
import { emptyDatabase } from "../support/db.ts";

const config = (filters: Record<string, string>): WrittenRules => ({ from: "access in c.yaml,", filters });
const stored = (filters: Record<string, string>): WrittenRules => ({ from: "stored", filters });
const asker = (email: string, ...groups: string[]): Asker => ({ email, groups });

/** Which rule holds, each being a filter for a category of its name. */
function whose(keys: readonly string[], who: Asker | null): string | null {
  const filters = Object.fromEntries(keys.map((key) => [key, `category:"${key}"`]));
  const { nmap } = AccessRules.read(config(filters), stored({})).scopeOf(who);
  return nmap.k === "category" && "is" in nmap.name ? nmap.name.is : null;
}

describe("whose filter holds", () => {
  const keys = ["ann@example.org", "@example.org", "group:red", "group:blue", "default", "anonymous"];
  test.each([
    ["the exact address", asker("ann@example.org", "red"), keys, "ann@example.org"],
    ["in any case", asker("Ann@Example.ORG"), keys, "ann@example.org"],
    ["then the domain", asker("bob@example.org", "red"), keys, "@example.org"],
    ["from the first @", asker("x@y@example.org"), keys, "default"],
    ["then the groups in stored order", asker("c@other.org", "blue", "red"), keys, "group:blue"],
    ["the first with a filter", asker("c@other.org", "green", "red", "blue"), keys, "group:red"],
    ["then the default", asker("c@other.org", "green"), keys, "default"],
    ["a domain is not its subdomain", asker("c@sub.example.org"), keys, "default"],
    ["groups are exact", asker("c@other.org", "Red"), keys, "default"],
    ["a name that is no address finds no other key", asker("anonymous"), keys, "default"],
    ["who is not signed in", null, keys, "anonymous"],
    ["who is not signed in, by default", null, ["default", "@example.org"], "default"],
  ] as const)("%s", (_, who, of, key) => expect(whose(of, who)).toBe(key));

  test("nobody's: everything", () => {
    const rules = AccessRules.read(config({ "group:red": "noaccess" }), stored({}));
    expect(rules.scopeOf(asker("c@other.org", "blue"))).toBe(EVERYTHING);
    expect(rules.scopeOf(null)).toBe(EVERYTHING);
  });

  test("the configuration prevails over what is stored, key by key", () => {
    const rules = AccessRules.read(
      config({ "group:red": "noaccess", default: "category:a" }),
      stored({ "group:red": "full", default: "full", "ann@example.org": "full" }),
    );
    expect(rules.scopeOf(asker("b@example.org", "red")).nmap).toEqual(NOTHING);
    expect(rules.scopeOf(asker("b@example.org")).nmap).toEqual(parseQuery("category:a"));
    // An exact key is nearer than one of the configuration.
    expect(isEverything(rules.scopeOf(asker("ann@example.org", "red")))).toBe(true);
  });
});

describe("values", () => {
  test.each([
    ["full", ALL],
    [" noaccess ", NOTHING],
    ["category:a,b", parseQuery("category:a,b")],
    ["source:x", parseQuery("source:x")],
    ["!category:DMZ (port:443 OR country:DE)", parseQuery("!category:DMZ (port:443 OR country:DE)")],
  ])("%s", (text, filter) => expect(readAccess(text)).toEqual(filter));

  test.each([
    ["", /empty/],
    ["  ", /empty/],
    ["noacess", /is no address/],
    ["category:", /no value/],
    ["catgory:a", /Unknown name/],
    ["(port:1", /not closed/],
  ])("refused: %p", (text, why) => expect(() => readAccess(text)).toThrow(why));
});

test("keys", () => {
  expect([" Ann@Example.ORG", "@Example.ORG", "group:Red", "default", "anonymous"].map(readKey)).toEqual([
    "ann@example.org",
    "@example.org",
    "group:Red",
    "default",
    "anonymous",
  ]);
  for (const text of ["", "red", "group:", "group:a b", "@", "@a b", "a@", "Default", "__proto__", "x:y"])
    expect(() => readKey(text)).toThrow();
});

describe("what does not parse is refused by its key", () => {
  const read = (inConfig: Record<string, string>, inFile: Record<string, string>) => () =>
    AccessRules.read(config(inConfig), stored(inFile));
  test.each([
    [{ "group:red": "ful" }, {}, /^access in c\.yaml, group:red: .*“ful”/],
    [{ somebody: "full" }, {}, /^access in c\.yaml, somebody: /],
    [{ default: "full" }, { "group:red": "x" }, /^stored group:red: /],
    // Also where the configuration prevails.
    [{ default: "full" }, { default: "x" }, /^stored default: /],
    [{ "a@b.org": "full", "A@b.org": "noaccess" }, {}, /there are two filters for a@b\.org/],
  ])("%p %p", (inConfig, inFile, why) => expect(read(inConfig, inFile)).toThrow(why));

  test("and by the database what only that can judge", async () => {
    const connection = await emptyDatabase();
    const rules = (filter: string) => AccessRules.read(config({ default: filter }), stored({}));
    await rules("product:/^a/").check(connection);
    expect(rules("product:/\\p{Foo}/").check(connection)).rejects.toThrow(/^access in c\.yaml, default: /);
  });
});

describe("scopes", () => {
  test("what a filter means nothing to is hidden", () => {
    const tag = parseQuery("tag:CDN");
    expect(scopeOf(tag)).toEqual({ nmap: tag, view: tag, passive: NOTHING });
    expect(scopeOf(parseQuery("sensor:lan"))).toEqual({
      nmap: NOTHING,
      view: NOTHING,
      passive: parseQuery("sensor:lan"),
    });
    // "Not" and "or" do not open what cannot be judged.
    for (const text of ["!tag:CDN", "tag:CDN OR port:22", "!(tag:CDN port:22)"])
      expect(scopeOf(parseQuery(text)).passive).toEqual(NOTHING);
  });

  test("full and noaccess", () => {
    expect(scopeOf(ALL)).toEqual(EVERYTHING);
    expect(scopeOf(NOTHING)).toEqual({ nmap: NOTHING, view: NOTHING, passive: NOTHING });
    expect([isEverything(EVERYTHING), isEverything(scopeOf(NOTHING))]).toEqual([true, false]);
    expect(isEverything({ ...EVERYTHING, view: NOTHING })).toBe(false);
  });

  test("narrowing never widens", () => {
    const [a, b] = [parseQuery("category:a"), parseQuery("tag:b")];
    expect(narrow(scopeOf(b), a)).toEqual(narrow(scopeOf(a), b));
    expect(narrow(scopeOf(b), a).passive).toEqual(NOTHING);
    expect(narrow(scopeOf(NOTHING), ALL)).toEqual(scopeOf(NOTHING));
    expect(narrow(EVERYTHING, a)).toEqual(scopeOf(a));
  });

  test("every scope can be compiled for every purpose", () => {
    const random = seeded(5);
    for (let i = 0; i < 300; i++) {
      const scope = scopeOf(randomFilter(random, 3, PURPOSES[i % 3]));
      for (const purpose of PURPOSES) compile(scope[purpose], purpose);
    }
  });
});
