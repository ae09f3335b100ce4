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
};

/** What one tool takes otherwise than the others. */
const OF_TOOL: Readonly<Record<string, Json>> = {
  "describe_schema.field": "ports.scripts.ssl-cert",
  "topvalues.fields": ["port:open", "product"],
};

/** What people and agents are told to give: JSON, or for tokens where to get one. */
export function exampleOf(tool: Tool, argument: string): string | null {
  if (/^flt\d?$/.test(argument)) return TOKEN;
  const value = tool.example[argument] ?? OF_TOOL[`${tool.name}.${argument}`] ?? EXAMPLES[argument];
  return value === undefined ? null : JSON.stringify(value);
}
