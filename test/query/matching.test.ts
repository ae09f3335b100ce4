/** Texts and regular expressions mean in every leaf what they mean in the records. */
import { expect, test } from "bun:test";
import { ALL, type Filter, type Matcher } from "../../src/filter/ast.ts";
import { parseMatcher } from "../../src/filter/matcher.ts";
import { decodeToken, encodeToken } from "../../src/filter/token.ts";
import { UserError } from "../../src/model/errors.ts";
import { PURPOSES, type Purpose } from "../../src/model/purpose.ts";
import { count } from "../../src/query/count.ts";
import { get } from "../../src/query/get.ts";
import { pick, type Random, seeded } from "../filter/random.ts";
import { generated, TEXTS } from "../support/generated.ts";
import { valuesAt } from "./random.ts";

/** Where a leaf looks, as a path of the record. */
type TextLeaf = readonly [path: string, leaf: (matcher: Matcher) => Filter];

const HOST_TEXTS: readonly TextLeaf[] = [
  ["hostnames.name", (name) => ({ k: "hostname", name })],
  ["hostnames.domains", (name) => ({ k: "domain", name })],
  ["categories", (name) => ({ k: "category", name })],
  ["source", (name) => ({ k: "source", name })],
  ["ports.service_name", (service) => ({ k: "port", service })],
  ["ports.service_devicetype", (devicetype) => ({ k: "port", devicetype })],
  ["ports.scripts.id", (name) => ({ k: "script", name })],
  ["ports.scripts.output", (output) => ({ k: "script", output })],
  ["tags.value", (value) => ({ k: "tag", value })],
  ["tags.info", (info) => ({ k: "tag", info })],
  ["cpes.vendor", (vendor) => ({ k: "cpe", vendor })],
  ["traces.hops.host", (host) => ({ k: "hop", host })],
];

const TEXT_LEAVES: Readonly<Record<Purpose, readonly TextLeaf[]>> = {
  nmap: HOST_TEXTS,
  view: HOST_TEXTS,
  passive: [
    ["value", (text) => ({ k: "value", text })],
    ["sensor", (name) => ({ k: "sensor", name })],
    ["source", (name) => ({ k: "source", name })],
    ["recontype", (name) => ({ k: "recontype", name })],
    ["targetval", (text) => ({ k: "targetval", text })],
    ["infos.service_name", (service) => ({ k: "port", service })],
  ],
};

/** Ways to ask for a text, and what each must find. */
function matchersOf(text: string): (readonly [how: string, Matcher, holds: (value: string) => boolean])[] {
  const literal = text.startsWith("/") ? `\\${text}` : text;
  const pattern = text.replace(/[!-/:-@[-`{-~]/g, "\\$&");
  const lower = text.toLowerCase();
  return [
    ["literal", parseMatcher(literal), (value) => value === text],
    ["part", { has: text }, (value) => value.includes(text)],
    ["regex", parseMatcher(`/${pattern}/`), (value) => value.includes(text)],
    ["regex, any case", parseMatcher(`/${pattern}/i`), (value) => value.toLowerCase().includes(lower)],
    ["regex, whole", parseMatcher(`/^${pattern}$/s`), (value) => value === text],
  ];
}

for (const purpose of PURPOSES)
  test(`${purpose}: texts and regular expressions mean what they say`, async () => {
    const seed = 6;
    const ctx = await generated(seed, 40);
    const fields = TEXT_LEAVES[purpose].map(([path]) => path);
    const { records } = await get(ctx, purpose, ALL, { limit: null, skip: 0, fields });
    const random = seeded(seed);
    for (const [path, leaf] of TEXT_LEAVES[purpose]) {
      const found = records.map((record) =>
        valuesAt(record, path.split(".")).filter((value) => typeof value === "string"),
      );
      expect(found.flat().length).toBeGreaterThan(3);
      for (let i = 0; i < 10; i++) {
        const text = pick(random, i % 2 === 0 ? TEXTS : found.flat());
        for (const [how, matcher, holds] of matchersOf(text)) {
          const n = found.filter((values) => values.some(holds)).length;
          const about = { seed, path, text, how };
          expect({ ...about, n: await count(ctx, purpose, leaf(matcher)) }).toEqual({ ...about, n });
        }
      }
    }
  });

/** Signs that regular expressions are made of, those that RE2 lacks among them. */
const SIGNS = ["a", "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "-", ",", ":", "=", "!", "<", ">", "1", "999", "(?=", "(?<!", "(?>", "\\1", "\\p{", "\\x", "\\Q", "[[:", "/", "/i", "/x", "\u0000", "\ud800", "é"]; // biome-ignore format: a list

function signs(random: Random): string {
  return Array.from({ length: Math.floor(random() * 7) }, () => pick(random, SIGNS)).join("");
}

test("a regular expression is used or refused in a sentence, whatever it is", async () => {
  const ctx = await generated(4, 6);
  const random = seeded(44);
  let used = 0;
  for (let i = 0; i < 600; i++) {
    const text = `/${signs(random)}`;
    try {
      const matcher = parseMatcher(text);
      const [name, values] = [{ k: "hostname", name: matcher }, { a: { $regex: signs(random) } }] as const;
      const filter: Filter = i % 2 === 0 ? name : { k: "or", of: [name, { k: "script", values }] };
      const n = await count(ctx, "nmap", decodeToken(encodeToken(filter)));
      expect(n + (await count(ctx, "nmap", { k: "not", of: filter }))).toBe(await count(ctx, "nmap", ALL));
      used++;
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`${JSON.stringify(text)}: ${error}`);
      expect(error.message).toMatch(/^[^\n]{10,400}$/);
    }
  }
  expect(used).toBeGreaterThan(100);
});
