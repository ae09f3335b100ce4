/** A valid value of each argument, for refusals and docs/tools.md, where the tool's own example has none. */
import type { Json } from "../model/json.ts";
import type { Tool } from "./define.ts";

const TOKEN = 'what searchport {"purpose": "view", "port": 443} answers';

/** Arguments are called alike in all tools, and mean the same. */
const EXAMPLES: Readonly<Record<string, Json>> = {
  port: 443,
  protocol: "udp",
  service: "http",
  version: "/^1\\./",
  output: "/login/i",
  values: { bits: 2048 },
  info: "CVE-2021-44228",
  q: "port:443 country:DE",
  limit: 20,
  skip: 10,
  sort: ["-openports.count"],
  fields: ["addr", "ports.port"],
  topnbr: 20,
  sum: true,
  examples: true,
  ips: ["192.0.2.1", "2001:db8::/48"],
  at: "2026-01-31",
  feeds: ["spamhaus_drop", "dshield"],
  search: "ssh attacks",
  maintainer: "Spamhaus",
  provenance: "primary",
  health: "healthy",
  freshness: "day",
  cadence: "daily",
  uniqueness: "very_high",
  license: "CC0-1.0",
  redistributable: "true",
  critical: "soft",
  size_min: 100,
  size_max: 100_000,
  offset: 20,
  details: false,
  expression: "(dshield | feodo) - tor_exits -private",
};

/** What one tool takes otherwise than the others. */
const OF_TOOL: Readonly<Record<string, Json>> = {
  "describe_schema.field": "ports.scripts.ssl-cert",
  "topvalues.fields": ["port:open", "product"],
  "compose_feeds.format": "range",
  "find_feeds.sort": "-unique_ips",
};

/** What people and agents are told to give: JSON, or for tokens where to get one. */
export function exampleOf(tool: Tool, argument: string): string | null {
  if (/^flt\d?$/.test(argument)) return TOKEN;
  const value = tool.example[argument] ?? OF_TOOL[`${tool.name}.${argument}`] ?? EXAMPLES[argument];
  return value === undefined ? null : JSON.stringify(value);
}
