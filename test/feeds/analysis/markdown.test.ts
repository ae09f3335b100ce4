import { describe, expect, test } from "bun:test";
import {
  blocks,
  bullets,
  link,
  type Markdown,
  md,
  oneLine,
  prose,
  table,
  text,
} from "../../../src/feeds/analysis/markdown.ts";

/** The strictest reader: every extension that makes something of text. */
function html(markdown: Markdown): string {
  return Bun.markdown.html(markdown.source, {
    tables: true,
    strikethrough: true,
    tasklists: true,
    autolinks: true,
    wikiLinks: true,
    latexMath: false,
  });
}

function unescaped(rendered: string): string {
  return rendered
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

const HOSTILE = [
  "# heading",
  "a\n# heading\n\n- item",
  "a\n===",
  "---",
  "***",
  "___",
  "> quote",
  "- item",
  "+ item",
  "1. item",
  "12) item",
  "- [ ] task",
  "[click](https://evil.example)",
  "![x](https://evil.example/x.png)",
  "[ref]: https://evil.example",
  "[[wiki]]",
  "<https://evil.example>",
  "https://evil.example/path",
  "HTTP://evil.example",
  "www.evil.example",
  "someone@evil.example",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<!-- comment",
  "</table>",
  "`code`",
  "``` fence",
  "~~~ fence",
  "~~gone~~",
  "**bold** *em* __bold__ _em_",
  "a|b||c",
  "back\\|slash \\ and \\\\| more \\",
  "&lt;b&gt; &#124; &amp; &copy",
  "    indented",
  "\ttab",
  "one  two   three",
  "x\u0000\u001b[31mred\u001b]0;title\u0007",
  "\u202egnp.exe \u200bzero \u2028line",
  "firehol_level1 and a__b__c",
  "50% < 60% > 40%",
  "|",
  "\\",
  "",
];

describe.each(HOSTILE)("%j", (given) => {
  const shown = oneLine(given);

  test("stays text in a paragraph", () => {
    const rendered = html(text(given));
    expect(unescaped(rendered.replace(/^<p>|<\/p>\n$/g, ""))).toBe(shown);
    expect(rendered.match(/<[a-z/!][^>]*>/g) ?? []).toEqual(shown === "" ? [] : ["<p>", "</p>"]);
  });

  test("stays in its heading, bullet and cell", () => {
    const cells = [[given, given, 1] as const];
    const page = blocks([
      md`# ${given}`,
      bullets([given, md`**${given}** (x)`]),
      table([{ title: "a" }, { title: given }, { title: "n", align: "right" }], cells),
      md`after`,
    ]);
    const rendered = html(page);
    const tags = (rendered.match(/<[a-z/!][^>]*>/g) ?? []).map((tag) => tag.replace(/ [^>]*/, ""));
    const row = (cell: string) => [
      "<tr>",
      ...Array(3)
        .fill([`<${cell}>`, `</${cell}>`])
        .flat(),
      "</tr>",
    ];
    const strong = shown === "" ? [] : ["<strong>", "</strong>"];
    expect(tags).toEqual([
      ...["<h1>", "</h1>", "<ul>", "<li>", "</li>", "<li>", ...strong, "</li>", "</ul>"],
      ...["<table>", "<thead>", ...row("th"), "</thead>", "<tbody>", ...row("td"), "</tbody>", "</table>"],
      ...["<p>", "</p>"],
    ]);
    expect(unescaped(rendered)).toContain(`<h1>${shown}</h1>`);
    expect(unescaped(rendered)).toContain(`<td align="left">${shown}</td>`);
  });

  test("commands no terminal", () => {
    expect(text(given).source).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

describe("links", () => {
  test("of web pages, with the name as text", () => {
    expect(link("Example [Org]", "https://lists.example/a_(b)?x=1|2").source).toBe(
      "[Example \\[Org\\]](https://lists.example/a%5F%28b%29?x=1%7C2)",
    );
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://lists.example/",
    "https://user:secret@lists.example/",
    "lists.example",
    "",
    null,
    `https://lists.example/${"x".repeat(600)}`,
  ])("of %p is the name alone", (address) => {
    expect(link("Example", address).source).toBe("Example");
  });

  test("cannot be left", () => {
    const rendered = html(
      link("x](http://evil.example) [y", 'https://lists.example/">) <b> [z](http://evil.example)'),
    );
    expect(rendered.match(/<[a-z][^>]*>/g)).toHaveLength(2);
    expect(rendered).toStartWith('<p><a href="https://lists.example/');
  });

  test("in prose are written out", () => {
    expect(prose("[Example Org] (https://lists.example/drop) networks").source).toBe(
      "Example Org (https\\://lists.example/drop) networks",
    );
  });
});

test("long texts are cut, with a mark", () => {
  expect(text("x".repeat(50), 10).source).toBe(`${"x".repeat(10)}… \\[40 more characters\\]`);
  expect(text("x".repeat(10_000_000)).source.length).toBeLessThan(2100);
});
