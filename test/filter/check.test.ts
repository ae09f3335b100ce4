import { expect, test } from "bun:test";
import type { Filter } from "../../src/filter/ast.ts";
import * as build from "../../src/filter/build.ts";
import { checkFor } from "../../src/filter/check.ts";
import { and, not, or } from "../../src/filter/combine.ts";
import { UserError } from "../../src/model/errors.ts";

const passiveOnly = [build.searchrecontype({ recontype: "DNS_ANSWER" }), build.searchsensor({ sensor: "a" })];
const activeOnly: Filter[] = [
  build.searchos({ os_name: "Linux" }),
  build.searchscript({}),
  build.searchcve({ cve: "CVE" }),
  build.searchtag({}),
  build.searchcategory({ category: "LAN" }),
  build.searchcountry({ country: "DE" }),
  build.searchasnum({ asnum: 1 }),
  build.searchdevicetype({ devtype: "router" }),
  build.searchport({ port: 53, protocol: "udp" }),
  { k: "port", port: [22], protocol: "tcp", state: "closed" },
  { k: "countports", count: { min: 1 } },
  { k: "cpe" },
  { k: "hop" },
  { k: "mac", addr: { is: "00:11:22:33:44:55" } },
];
const everywhere = [
  build.searchnet({ net: "10/8" }),
  build.searchhost({ host: "::1" }),
  build.searchhostname({ hostname: "a" }),
  build.searchdomain({ domain: "a" }),
  build.searchport({ port: 80 }),
  build.searchservice({ service: "ssh" }),
  build.searchproduct({ product: "nginx", version: null }),
  and(),
  or(),
];

test("a filter impossible for a purpose is refused by name, however deep it sits", () => {
  for (const leaf of passiveOnly) {
    expect(() => checkFor(leaf, "passive")).not.toThrow();
    for (const purpose of ["nmap", "view"] as const)
      for (const filter of [leaf, not(leaf), or(and(leaf, build.searchport({ port: 1 })), activeOnly[0]!)])
        expect(() => checkFor(filter, purpose)).toThrow(
          /known for passive records only: use purpose "passive"/,
        );
  }
  for (const leaf of activeOnly) {
    expect(() => checkFor(leaf, "nmap")).not.toThrow();
    expect(() => checkFor(leaf, "view")).not.toThrow();
    for (const filter of [leaf, not(and(leaf, everywhere[0]!))]) {
      expect(() => checkFor(filter, "passive")).toThrow(UserError);
      expect(() => checkFor(filter, "passive")).toThrow(/use purpose "view" or "nmap"/);
    }
  }
  for (const filter of everywhere)
    for (const purpose of ["nmap", "view", "passive"] as const)
      expect(() => checkFor(filter, purpose)).not.toThrow();
});
