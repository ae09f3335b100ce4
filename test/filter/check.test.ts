import { expect, test } from "bun:test";
import type { Filter } from "../../src/filter/ast.ts";
import * as build from "../../src/filter/build.ts";
import { checkFor } from "../../src/filter/check.ts";
import { and, not, or } from "../../src/filter/combine.ts";
import { UserError } from "../../src/model/errors.ts";

const passiveOnly: Filter[] = [
  build.searchrecontype({ recontype: "DNS_ANSWER" }),
  build.searchsensor({ sensor: "a" }),
  { k: "value", text: { is: "a" } },
  { k: "targetval", text: { is: "a" } },
  { k: "hostname", name: { is: "a" }, dns: true },
  { k: "domain", name: { is: "a" }, dns: true },
];
const activeOnly: Filter[] = [
  build.searchos({ os_name: "Linux" }),
  build.searchscript({}),
  build.searchcve({ cve: "CVE" }),
  build.searchtag({}),
  { k: "city", name: { is: "Bonn" } },
  build.searchdevicetype({ devtype: "router" }),
  build.searchport({ port: 53, protocol: "udp" }),
  { k: "port", port: [22], protocol: "tcp", state: "closed" },
  { k: "countports", count: { min: 1 } },
  { k: "cpe" },
  { k: "hop" },
  { k: "mac", addr: { is: "00:11:22:33:44:55" } },
];
const everywhere: Filter[] = [
  build.searchnet({ net: "10/8" }),
  build.searchhost({ host: "::1" }),
  build.searchhostname({ hostname: "a" }),
  build.searchdomain({ domain: "a" }),
  build.searchport({ port: 80 }),
  build.searchservice({ service: "ssh" }),
  build.searchproduct({ product: "nginx", version: null }),
  build.searchcountry({ country: "DE" }),
  build.searchasnum({ asnum: 1 }),
  // In access filters it means the sensor of passive records.
  build.searchcategory({ category: "LAN" }),
  { k: "source", name: { is: "a" } },
  { k: "seen", ago: 1 },
  and(),
  or(),
];

test("a filter impossible for a purpose is refused by name, however deep it sits", () => {
  for (const leaf of passiveOnly) {
    expect(() => checkFor(leaf, "passive")).not.toThrow();
    for (const purpose of ["nmap", "view"] as const)
      for (const filter of [leaf, not(leaf), or(and(leaf, build.searchport({ port: 1 })), activeOnly[0]!)])
        expect(() => checkFor(filter, purpose)).toThrow(/passive records only: use purpose "passive"/);
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
