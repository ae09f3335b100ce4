import { describe, expect, test } from "bun:test";
import type { Filter } from "../../src/filter/ast.ts";
import { filterSchema } from "../../src/filter/ast.ts";
import * as build from "../../src/filter/build.ts";
import { UserError } from "../../src/model/errors.ts";

const BUILT: readonly (readonly [Filter, Filter])[] = [
  [build.searchnet({ net: " 10.1/16 " }), { k: "net", net: "10.1.0.0/16" }],
  [build.searchnet({ net: "10./8" }), { k: "net", net: "10.0.0.0/8" }],
  [build.searchnet({ net: "2001:DB8::1/33" }), { k: "net", net: "2001:db8::/33" }],
  [build.searchnet({ net: "::ffff:0:0/96" }), { k: "net", net: "0.0.0.0/0" }],
  [build.searchnet({ net: "::/95" }), { k: "net", net: "::/95" }],
  [build.searchnet({ net: "0.0.0.0/0" }), { k: "net", net: "0.0.0.0/0" }],
  [build.searchhost({ host: "FD77:2:0:0:0:0:0:10" }), { k: "host", addrs: ["fd77:2::10"] }],
  [build.searchport({ port: 443 }), { k: "port", port: [443], protocol: "tcp", state: "open" }],
  [build.searchservice({ service: "ssh", protocol: "udp" }), { k: "port", service: { is: "ssh" } }],
  [
    build.searchservice({ service: "ssh", port: 22 }),
    { k: "port", port: [22], protocol: "tcp", service: { is: "ssh" } },
  ],
  [build.searchproduct({ product: null, version: null }), { k: "port", protocol: "tcp" }],
  [
    build.searchproduct({ product: "", version: "/1/", service: null }),
    { k: "port", protocol: "tcp", version: { re: "1" } },
  ],
  [build.searchcountry({ country: "uk" }), { k: "country", codes: ["GB"] }],
  [build.searchcountry({ country: "Germany, fr" }), { k: "country", codes: ["DE", "FR"] }],
  [build.searchcountry({ country: "Serbia|Russia" }), { k: "country", codes: ["RS", "RU"] }],
  [build.searchasnum({ asnum: 1234 }), { k: "asnum", nums: [1234] }],
  [build.searchasnum({ asnum: " as1234, 99 " }), { k: "asnum", nums: [1234, 99] }],
  [build.searchasnum({ asnum: "A.S.+" }), { k: "asname", name: { re: "A\\.S\\.\\+", flags: "i" } }],
  [build.searchasnum({ asnum: "/^Goo/" }), { k: "asname", name: { re: "^Goo" } }],
  [build.searchscript({}), { k: "script" }],
  [build.searchscript({ name: "x", values: {} }), { k: "script", name: { is: "x" } }],
  [build.searchtag({}), { k: "tag" }],
  [build.searchtag({ tag: "/^V/", info: "a" }), { k: "tag", value: { re: "^V" }, info: { has: "a" } }],
  [build.searchcve({ cve: "CVE-2021" }), { k: "cve", info: { has: "CVE-2021" } }],
  [build.searchsensor({ sensor: "/s/" }), { k: "sensor", name: { re: "s" } }],
  [build.searchrecontype({ recontype: "DNS_ANSWER" }), { k: "recontype", name: { is: "DNS_ANSWER" } }],
];

describe("arguments to filters", () => {
  for (const [filter, expected] of BUILT)
    test(JSON.stringify(expected), () => {
      expect(filter).toEqual(expected);
      expect(filterSchema.safeParse(filter).success).toBe(true);
    });
});

test("the European Union has 27 members and its own code", () => {
  const filter = build.searchcountry({ country: "EU" });
  expect(filter.k === "country" && filter.codes.length).toBe(28);
});

const REFUSED: readonly (readonly [() => unknown, RegExp])[] = [
  [() => build.searchnet({ net: "not-a-net" }), /“not-a-net” is not a network: write for instance/],
  [() => build.searchnet({ net: "10.0.0.0/33" }), /not a network/],
  [() => build.searchhost({ host: "foo" }), /“foo” is not an address/],
  [() => build.searchhost({ host: "x".repeat(1_000_000) }), /^.{1,300}$/],
  [() => build.searchrange({ first: "::2", last: "::1" }), /runs backwards/],
  [() => build.searchport({ port: 99999 }), /99999 is not a port number: ports go from 0 to 65535/],
  [() => build.searchport({ port: -1 }), /not a port number/],
  [() => build.searchport({ port: 1.5 }), /not a port number/],
  [() => build.searchcountry({ country: "Germny" }), /not a country.*germany/],
  [() => build.searchcountry({ country: "" }), /not a country/],
  [() => build.searchasnum({ asnum: 4294967296 }), /not an AS number/],
  [() => build.searchasnum({ asnum: "" }), /empty/],
  [() => build.searchhostname({ hostname: "" }), /'hostname' is empty: .*for example www\.example\.com\.$/],
  [() => build.searchhostname({ hostname: "/[/" }), /not closed/],
  [
    () => build.searchscript({ values: { a: 1 } }),
    /^'name' must be set when 'values' is used: .*for example ssl-cert\.$/,
  ],
  [
    () => build.searchscript({ name: "/re/", values: { a: 1 } }),
    /^'name' cannot be a regular expression when 'values' is used\.$/,
  ],
];

describe("refused with one sentence", () => {
  for (const [attempt, sentence] of REFUSED)
    test(String(sentence), () => {
      expect(attempt).toThrow(UserError);
      expect(attempt).toThrow(sentence);
    });
});
