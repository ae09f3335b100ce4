import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../../../src/feeds/catalogue/catalogue.ts";
import { readUserFeeds } from "../../../src/feeds/catalogue/read.ts";
import { FIELDS } from "../../../src/feeds/catalogue/vocabulary.ts";
import { STEPS } from "../../../src/feeds/parse/steps.ts";

const page = readFileSync(join(import.meta.dir, "../../../docs/feeds.md"), "utf8");

/** Rows of a table: the first cell without its backquotes, and the second. */
function rowsBelow(heading: string): [string, string][] {
  const section = page.slice(page.indexOf(`### ${heading}\n`)).split(/\n#{2,3} /)[0]!;
  return [...section.matchAll(/^\| `([^`]+)` \| (.*) \|$/gm)].map(([, name, text]) => [
    name!,
    text!.replaceAll("\\|", "|"),
  ]);
}

test("docs/feeds.md has the fields of feeds.yaml", () => {
  expect(rowsBelow("feeds.yaml")).toEqual(Object.entries(FIELDS));
});

test("docs/feeds.md has the parse steps", () => {
  expect(rowsBelow("Parse steps")).toEqual(
    Object.entries(STEPS).map(([name, step]) => [
      "argument" in step && step.argument !== undefined ? `${name} ${step.argument}` : name,
      step.about,
    ]),
  );
});

test("the feeds.yaml of docs/feeds.md is one", () => {
  const [, text] = /```yaml\n(.*?)```/s.exec(page)!;
  const feeds = readUserFeeds(text!, "feeds.yaml", catalogue());
  expect(feeds.get("our_scanners")).toMatchObject({ licence: "internal", frequency: 1440 });
  expect(feeds.get("spamhaus_drop")).toMatchObject({ frequency: 60, category: "policy_risk" });
});
