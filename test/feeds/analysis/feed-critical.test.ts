import { expect, test } from "bun:test";
import { criticalSection } from "../../../src/feeds/analysis/feed-critical.ts";

const NOTHING = { ips: 0, tiers: [], providers: [] };
const SIZE = { ips: 200, most: 50 };

test("systems that explain a list are named, others are not", () => {
  const systems = [
    { key: "13335", name: "CLOUDFLARENET", ips: 90 },
    { key: "36459", name: "GITHUB | x", ips: 10 },
    { key: "0", name: null, ips: 5 },
  ];
  const text = criticalSection(NOTHING, systems, SIZE)!.source;
  expect(text).toStartWith("## Critical Infrastructure\n\n### ASN Context\n");
  expect(text).toEndWith("| AS36459 | GITHUB \\| x | GitHub | 10 | 5.0% |");
  expect(text).not.toContain("13335");
});

test("nothing to say is no section", () => {
  expect(criticalSection(NOTHING, [{ key: "64500", name: "X", ips: 1 }], SIZE)).toBeNull();
});

test("lists of critical infrastructure come before systems", () => {
  const critical = {
    ips: 3,
    tiers: [{ tier: "hard", ips: 3, providers: 1 }],
    providers: [{ name: "critical_dns_root_servers", tier: "hard", ips: 3 }],
  };
  const text = criticalSection(critical, [{ key: "714", name: null, ips: 1 }], SIZE)!.source;
  expect(text.indexOf("critical_dns_root_servers")).toBeLessThan(text.indexOf("### ASN Context"));
  expect(text).toContain("**3** IPs (1.5%) on lists of critical infrastructure.");
});
