import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type Filter, filterSchema } from "../../src/filter/ast.ts";
import { and, canonicalJson, not, or } from "../../src/filter/combine.ts";
import { parseQuery } from "../../src/filter/language.ts";
import { quote } from "../../src/filter/lexer.ts";
import { KEYWORDS, TERMS } from "../../src/filter/terms.ts";
import { UsageError } from "../../src/model/errors.ts";
import { pick, type Random, seeded } from "./random.ts";

const open = (port: number, protocol = "tcp"): Filter => ({
  k: "port",
  port: [port],
  protocol,
  state: "open",
});
const de: Filter = { k: "country", codes: ["DE"] };
const ssh: Filter = { k: "port", service: { is: "ssh" } };

const READ: readonly (readonly [string | readonly string[], Filter])[] = [
  ["", { k: "all" }],
  [[], { k: "all" }],
  ["port:443 country:DE !service:ssh", and(open(443), de, not(ssh))],
  ["443 AND country:de", and(open(443), de)],
  ["port:443 country:DE OR service:ssh", or(and(open(443), de), ssh)],
  ["port:443 (country:DE OR service:ssh)", and(open(443), or(de, ssh))],
  ["!(port:443 OR !country:DE)", not(or(open(443), not(de)))],
  ["NOT 443", not(open(443))],
  ["! ! 443", open(443)],
  ["PORT:443", open(443)],
  ["80,443", { k: "port", port: [80, 443], protocol: "tcp", state: "open" }],
  ["port:80,8000-8100", { k: "port", port: [80, [8000, 8100]], protocol: "tcp", state: "open" }],
  ["udp/53,161", { k: "port", port: [53, 161], protocol: "udp", state: "open" }],
  ["53/udp", open(53, "udp")],
  ["port:80,udp/53", or(open(80), open(53, "udp"))],
  ["closed:22", { k: "port", port: [22], protocol: "tcp", state: "closed" }],
  ["filtered:udp_53", { k: "port", port: [53], protocol: "udp", state: "filtered" }],
  ["10.0.0.1", { k: "net", net: "10.0.0.1/32" }],
  ["2001:db8::/32 fe80::1", and({ k: "net", net: "2001:db8::/32" }, { k: "net", net: "fe80::1/128" })],
  ["(2001:db8::/32)", { k: "net", net: "2001:db8::/32" }],
  ["net:2001:db8::/32,10/8", or({ k: "net", net: "2001:db8::/32" }, { k: "net", net: "10.0.0.0/8" })],
  ["host:::1,192.0.2.1", { k: "host", addrs: ["::1", "192.0.2.1"] }],
  ["range:192.0.2.1-192.0.2.9", { k: "range", first: "192.0.2.1", last: "192.0.2.9" }],
  ["192.0.2.1-192.0.2.9", { k: "range", first: "192.0.2.1", last: "192.0.2.9" }],
  ["ipv6 openport", and({ k: "family", version: 6 }, { k: "countports", count: { min: 1 } })],
  [
    "countports:>5,0",
    or({ k: "countports", count: { min: 6 } }, { k: "countports", count: { min: 0, max: 0 } }),
  ],
  ["country:DE,FR", { k: "country", codes: ["DE", "FR"] }],
  [
    "country:'Hong Kong,Macau,Czech Republic,Russia,UK,U.S.A.,Viet Nam,The Gambia'",
    { k: "country", codes: ["CZ", "GB", "GM", "HK", "MO", "RU", "US", "VN"] },
  ],
  [
    "country:'Cote dIvoire,Turkiye,Saint Lucia,Bosnia and Herzegovina,South Korea,Curacao'",
    { k: "country", codes: ["BA", "CI", "CW", "KR", "LC", "TR"] },
  ],
  [
    "hostname:/^www\\.(a|b) c/i 443",
    and({ k: "hostname", name: { re: "^www\\.(a|b) c", flags: "i" } }, open(443)),
  ],
  ["hostname:/a/b/", { k: "hostname", name: { re: "a/b" } }],
  [
    "hostname:a,/b/,'c d'",
    or(
      { k: "hostname", name: { is: "a" } },
      { k: "hostname", name: { re: "b" } },
      { k: "hostname", name: { is: "c d" } },
    ),
  ],
  ['hostname:"/x/"', { k: "hostname", name: { is: "/x/" } }],
  ["hostname:\\/x", { k: "hostname", name: { is: "/x" } }],
  ["hostname:'it''s' ", { k: "hostname", name: { is: "it's" } }],
  ["hostname:a\\b", { k: "hostname", name: { is: "a\\b" } }],
  ["service:ssh:22", { k: "port", service: { is: "ssh" }, port: [22], protocol: "tcp" }],
  ["service:domain:udp/53", { k: "port", service: { is: "domain" }, port: [53], protocol: "udp" }],
  ["product:nginx", { k: "port", product: { is: "nginx" } }],
  ["product:nginx:80", { k: "port", product: { is: "nginx" }, port: [80], protocol: "tcp" }],
  ['product:http:"Apache httpd"', { k: "port", service: { is: "http" }, product: { is: "Apache httpd" } }],
  [
    "version:http:nginx:1.18:443",
    {
      k: "port",
      service: { is: "http" },
      product: { is: "nginx" },
      version: { is: "1.18" },
      port: [443],
      protocol: "tcp",
    },
  ],
  ["version:OpenSSH:9", { k: "port", product: { is: "OpenSSH" }, version: { is: "9" } }],
  ["version:::9:22", { k: "port", version: { is: "9" }, port: [22], protocol: "tcp" }],
  [
    "[port:22 service:ssh]",
    { k: "port", port: [22], protocol: "tcp", state: "open", service: { is: "ssh" } },
  ],
  ["![22 product:/o/]", not({ k: "port", port: [22], protocol: "tcp", state: "open", product: { re: "o" } })],
  [
    "[service:a,b version:1,2]",
    or(
      ...["a", "b"].flatMap((s) =>
        ["1", "2"].map((v): Filter => ({ k: "port", service: { is: s }, version: { is: v } })),
      ),
    ),
  ],
  [
    "[port:443 script:http-title:/x/]",
    { k: "script", port: 443, protocol: "tcp", name: { is: "http-title" }, output: { re: "x" } },
  ],
  ["cve:cve-2021-44228", { k: "cve", info: { has: "CVE-2021-44228" } }],
  ["cve:'cve-2021-44228'", { k: "cve", info: { has: "cve-2021-44228" } }],
  [
    "tag:Scanner:Censys tag",
    and({ k: "tag", value: { is: "Scanner" }, info: { has: "Censys" } }, { k: "tag" }),
  ],
  ["cpe:a::nginx", { k: "cpe", type: { is: "a" }, product: { is: "nginx" } }],
  ["hop:::1@3", { k: "hop", addr: "::1", ttl: 3 }],
  ["mac:00-11-22-AA-44-55", { k: "mac", addr: { is: "00:11:22:aa:44:55" } }],
  ["mac:/^00:11/", { k: "mac", addr: { re: "^00:11" } }],
  ["as:13335,AS1", { k: "asnum", nums: [13335, 1] }],
  [
    "dns:a",
    or({ k: "hostname", name: { is: "a" }, dns: true }, { k: "domain", name: { is: "a" }, dns: true }),
  ],
  [
    "value:/x/i targetval:'a:b'",
    and({ k: "value", text: { re: "x", flags: "i" } }, { k: "targetval", text: { is: "a:b" } }),
  ],
  [
    "answer:2001:db8::1",
    or(
      and(
        { k: "recontype", name: { is: "DNS_ANSWER" } },
        or({ k: "net", net: "2001:db8::1/128" }, { k: "targetval", text: { is: "2001:db8::1" } }),
      ),
      and({ k: "recontype", name: { is: "DNS_BLACKLIST" } }, { k: "value", text: { is: "2001:db8::1" } }),
    ),
  ],
  ["answer:10/8", and({ k: "recontype", name: { is: "DNS_ANSWER" } }, { k: "net", net: "10.0.0.0/8" })],
  ["seen:>2026-01-01T00:00Z", { k: "seen", from: 1767225600 }],
  [["seen:2026-01-01 12:00"], { k: "seen", from: 1767268800, to: 1767268860 }],
  ["as:cloud", { k: "asname", name: { re: "cloud", flags: "i" } }],
  // As the shell gives arguments.
  [["port:443", "country:DE"], and(open(443), de)],
  [["port:443 country:DE"], and(open(443), de)],
  [["(", "port:443", "OR", "country:DE", ")", "!service:ssh"], and(or(open(443), de), not(ssh))],
  [["product:Apache httpd", "443"], and({ k: "port", product: { is: "Apache httpd" } }, open(443))],
  [
    ["product:http:Apache httpd:8080"],
    { k: "port", service: { is: "http" }, product: { is: "Apache httpd" }, port: [8080], protocol: "tcp" },
  ],
  [["!os:Windows Server 2012 R2"], not({ k: "os", name: { is: "Windows Server 2012 R2" } })],
  [["asname:Example Net, Inc."], { k: "asname", name: { re: "Example Net\\, Inc\\.", flags: "i" } }],
  [["country:DE, FR"], { k: "country", codes: ["DE", "FR"] }],
  [["script:http-title:/foo bar/"], { k: "script", name: { is: "http-title" }, output: { re: "foo bar" } }],
  [["service:ssh 10.0.0.0/8"], and(ssh, { k: "net", net: "10.0.0.0/8" })],
];

describe("queries to filters", () => {
  for (const [query, filter] of READ)
    test(JSON.stringify(query), () => {
      const parsed = parseQuery(query);
      expect(canonicalJson(parsed)).toBe(canonicalJson(filter));
      expect(filterSchema.safeParse(parsed).success).toBe(true);
    });
});

const REFUSED: readonly (readonly [string | readonly string[], RegExp])[] = [
  ["-port:22", /“-port:22”: a word cannot begin with “-”; “not” is written “!”/],
  ["port:22 -x", /cannot begin with “-”/],
  ["contry:DE", /Unknown name “contry” in “contry:DE”\. Did you mean country/],
  ["zzz:1", /Known names: host, net/],
  ["ssh", /service:ssh/],
  ["or", /capitals/],
  ["1.2.3", /four numbers/],
  ["1.2.3.4/33", /four numbers/],
  ["port:", /has no value: write for instance port:/],
  ["country", /give it a value, for instance country:DE/],
  ["hostname:,a", /value is missing/],
  ["hostname:a:b", /quoted: hostname:"a:b"/],
  ["port:99999", /ports go from 0/],
  ["port:x", /a port is a number/],
  ["port:9-8", /backwards/],
  ["service:ssh:x", /“x” is not a port/],
  ["service:a:1:2", /too many parts/],
  ["country:Germny", /germany/],
  ["country:/D/", /regular expression cannot stand here/],
  ["host:foo", /not an address/],
  ["asnum:cloud", /use asname/],
  ["mac:00:11", /mac:\/\^00:11:22\//],
  ["countports:many", /2-10/],
  ["answer:a:b", /quoted: answer:"a:b"/],
  ["answer:a,", /value is missing/],
  ["dns:a:b", /quoted/],
  ["[port:22 value:x]", /only what belongs to one port/],
  ["hop:x", /hop:192\.0\.2\.1@3/],
  ['hostname:"a', /quote .* not closed/],
  ["hostname:/a", /not closed: it ends with “\/”/],
  ["hostname:/(?=a)/", /lookahead/],
  ["os:a(b)", /quote values/],
  ["(port:22", /parenthesis is not closed/],
  ["port:22)", /closes nothing/],
  ["()", /where a term is expected/],
  ["port:22 OR", /ends where a term is expected/],
  ["OR port:22", /where a term is expected/],
  ["!", /ends where a term is expected/],
  ["[]", /is empty/],
  ["[port:22", /bracket is not closed/],
  ["[service:ssh country:DE]", /only what belongs to one port/],
  ["[port:22 port:23]", /second time/],
  ["[!port:22]", /cannot stand inside/],
  ["[service:ssh script:x]", /goes with a port: only/],
  ["product:Apache httpd", /quoted \(product:"Apache httpd"\)/],
  [["os:Windows 10"], /two ways: write os:"Windows 10" .* os:Windows port:10/],
  [`hostname:/${"a".repeat(1001)}/`, /longer than 1000/],
  ["x".repeat(1_000_000), /too long/],
  ["(".repeat(60_000), /nested more than/],
  ["!(".repeat(20_000), /nested more than/],
  ["[".repeat(60_000), /cannot stand inside/],
  [`${"port:1 ".repeat(9_000)}x`, /no address/],
  [Array.from({ length: 300 }, (_, i) => `port:${i}`), /more than 250 conditions/],
  [`[service:${"a,".repeat(40)}b version:${"a,".repeat(40)}b]`, /too many combinations/],
];

describe("refused: what is wrong and what to write", () => {
  for (const [query, sentence] of REFUSED)
    test(JSON.stringify(query).slice(0, 60), () => {
      let error: unknown;
      try {
        parseQuery(query);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).toMatch(sentence);
      expect((error as UsageError).message.length).toBeLessThan(700);
    });
});

/** Random text beside the filter that it must mean. */
function randomQuery(random: Random, depth: number): { text: string; filter: Filter } {
  const value = pick(random, [
    "a",
    "it's",
    'say "x"',
    "a b",
    "a,b",
    "a:b",
    "(x)",
    "/etc",
    "\\",
    "!",
    "-",
    "é\u0000",
    "]",
    "",
  ]);
  const quoted = `"${value.replaceAll('"', '""')}"`;
  const text = value === "" ? quoted : random() < 0.5 ? quoted : quote(value);
  const kind = depth === 0 ? 0 : random();
  if (kind < 0.4) {
    const name = pick(random, ["hostname", "domain", "city", "category", "source", "os"] as const);
    return { text: `${name}:${text}`, filter: { k: name, name: { is: value } } };
  }
  const a = randomQuery(random, depth - 1);
  if (kind < 0.55) return { text: `!(${a.text})`, filter: not(a.filter) };
  const b = randomQuery(random, depth - 1);
  return kind < 0.8
    ? { text: `(${a.text}) ${b.text}`.replace(/^/, "(").concat(")"), filter: and(a.filter, b.filter) }
    : { text: `(${a.text} OR ${b.text})`, filter: or(a.filter, b.filter) };
}

test("random queries mean what they were made from", () => {
  const random = seeded(6);
  for (let i = 0; i < 500; i++) {
    const { text, filter } = randomQuery(random, 4);
    expect({ text, filter: canonicalJson(parseQuery(text)) }).toEqual({
      text,
      filter: canonicalJson(filter),
    });
  }
});

test("any text is read or refused, never anything else", () => {
  const random = seeded(7);
  const pieces = [
    "port:",
    "443",
    " ",
    "(",
    ")",
    "[",
    "]",
    "!",
    "OR",
    ",",
    ":",
    "/",
    "\\",
    '"',
    "'",
    "hostname",
    "service:ssh",
    "10.0.0.0/8",
    "::",
    "-",
    ">",
    "é",
    "\u0000",
    "\n",
    "script:",
    "mac:",
    "cpe",
    "hop:",
    "@",
    "seen:",
    "timerange:",
    "2026-01",
    "7d",
    "..",
    "dns:",
    "answer:",
    "value:",
  ];
  for (let i = 0; i < 5000; i++) {
    const text = Array.from({ length: Math.floor(random() * 12) }, () => pick(random, pieces)).join("");
    for (const query of [text, [text]]) {
      try {
        expect(filterSchema.safeParse(parseQuery(query)).success).toBe(true);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
      }
    }
  }
});

test("every row of the table is sound and in the documentation", () => {
  const page = readFileSync(new URL("../../docs/query-language.md", import.meta.url), "utf8");
  const names = TERMS.flatMap((term) => [term.name, ...term.aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const term of TERMS) {
    expect(term.example.startsWith(`${term.name}:`)).toBe(true);
    expect(parseQuery(term.example).k).not.toBe("all");
    expect(page).toContain(`| \`${term.name}\``);
    for (const piece of [...term.aliases, term.example.replaceAll("|", "\\|"), term.description])
      expect(page).toContain(piece);
  }
  for (const { name, description } of KEYWORDS) {
    expect(page).toContain(`| \`${name}\``);
    expect(page).toContain(description);
  }
});

test("examples of the documentation are queries", () => {
  const page = readFileSync(new URL("../../docs/query-language.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/```query\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!.trim().split("\n"),
  );
  expect(blocks.length).toBeGreaterThan(10);
  for (const line of blocks) parseQuery(line.replace(/\s+#.*$/, ""));
});
