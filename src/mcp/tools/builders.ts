/**
 * The filter builders. They differ in their parameters and in what they say, so they are rows of a table; each
 * stands on the function of its name in `filter/build.ts` and answers with a token.
 */
import { z } from "zod";
import type { Filter } from "../../filter/ast.ts";
import * as build from "../../filter/build.ts";
import type { Json } from "../../model/json.ts";
import type { Purpose } from "../../model/purpose.ts";
import { defineTool, type Tool } from "../define.ts";
import { anyPurpose, hostPurpose, optionalInteger, optionalText, protocol } from "../parameters.ts";
import { tokenAnswer } from "../token-answer.ts";

const passivePurpose = z.literal("passive");

interface Row<Shape extends z.ZodRawShape> {
  name: string;
  title: string;
  /** What the records that pass have in common. */
  description: string;
  input: Shape;
  build(args: z.output<z.ZodObject<Shape>>): Filter;
  example: Record<string, Json>;
}

function builder<Shape extends z.ZodRawShape & { purpose: z.ZodType<Purpose> }>({
  build,
  ...described
}: Row<Shape>): Tool {
  return defineTool({
    ...described,
    output: z.string(),
    // Every shape has a purpose, but a type parameter hides it.
    handler: (args) => tokenAnswer(build(args), (args as { purpose: Purpose }).purpose),
  });
}

const matcher = z.string().describe("Exact or /regex/flags");

/** In IVRE's order. */
export const BUILDERS: readonly Tool[] = [
  builder({
    name: "searchnet",
    title: "Filter by network",
    description: "Address in a network.",
    input: { purpose: anyPurpose, net: z.string().describe("CIDR, 10.1/16, or an address") },
    build: build.searchnet,
    example: { purpose: "view", net: "192.0.2.0/24" },
  }),
  builder({
    name: "searchhost",
    title: "Filter by address",
    description: "Exactly this address.",
    input: { purpose: anyPurpose, host: z.string() },
    build: build.searchhost,
    example: { purpose: "view", host: "192.0.2.1" },
  }),
  builder({
    name: "searchhostname",
    title: "Filter by host name",
    description: "Has this host name.",
    input: { purpose: anyPurpose, hostname: matcher },
    build: build.searchhostname,
    example: { purpose: "view", hostname: "www.example.com" },
  }),
  builder({
    name: "searchdomain",
    title: "Filter by domain",
    description: "Has a name equal to or below this domain.",
    input: { purpose: anyPurpose, domain: matcher },
    build: build.searchdomain,
    example: { purpose: "view", domain: "example.com" },
  }),
  builder({
    name: "searchport",
    title: "Filter by open port",
    description: "This port is open.",
    input: { purpose: anyPurpose, port: z.int(), protocol },
    build: build.searchport,
    example: { purpose: "view", port: 443 },
  }),
  builder({
    name: "searchservice",
    title: "Filter by service",
    description: "Nmap's service name (http, ssh, domain) on any port, or on the given one.",
    input: { purpose: anyPurpose, service: matcher, port: optionalInteger, protocol },
    build: build.searchservice,
    example: { purpose: "view", service: "ssh" },
  }),
  builder({
    name: "searchproduct",
    title: "Filter by product",
    description: "One port has all that is given (each exact or /regex/flags).",
    input: {
      purpose: anyPurpose,
      product: z.string().nullable(),
      version: z.string().nullable(),
      service: optionalText,
      port: optionalInteger,
      protocol,
    },
    build: build.searchproduct,
    example: { purpose: "view", product: "OpenSSH", version: null },
  }),
  builder({
    name: "searchdevicetype",
    title: "Filter by device type",
    description: "A service names this device type (router, printer, webcam).",
    input: { purpose: hostPurpose, devtype: matcher },
    build: build.searchdevicetype,
    example: { purpose: "view", devtype: "router" },
  }),
  builder({
    name: "searchcountry",
    title: "Filter by country",
    description: "Address located in a country.",
    input: {
      purpose: anyPurpose,
      country: z.string().describe("ISO code, several with commas (DE,FR), or EU"),
    },
    build: build.searchcountry,
    example: { purpose: "view", country: "DE" },
  }),
  builder({
    name: "searchasnum",
    title: "Filter by autonomous system",
    description: "Address announced by an AS.",
    input: {
      purpose: anyPurpose,
      asnum: z.union([z.int(), z.string()]).describe("64500, AS64500, or a part of the name"),
    },
    build: build.searchasnum,
    example: { purpose: "view", asnum: 64500 },
  }),
  builder({
    name: "searchos",
    title: "Filter by operating system",
    description: "OS detection names this vendor, family, generation or type.",
    input: { purpose: hostPurpose, os_name: matcher },
    build: build.searchos,
    example: { purpose: "view", os_name: "Linux" },
  }),
  builder({
    name: "searchscript",
    title: "Filter by script result",
    description: "One script result has all that is given; nothing given: any script result.",
    input: {
      purpose: hostPurpose,
      name: optionalText.describe("Script id; exact or /regex/flags"),
      output: optionalText.describe("Exact or /regex/flags"),
      values: z
        .record(z.string(), z.unknown())
        .nullable()
        .default(null)
        .describe('Structured result by path, with an exact name: {"bits": 2048}, {"bits": {"$lt": 2048}}'),
    },
    // JSON came in, so what is in it is JSON.
    build: ({ values, ...texts }) =>
      build.searchscript({ ...texts, values: values as Record<string, Json> | null }),
    example: { purpose: "view", name: "http-title", output: "/login/i" },
  }),
  builder({
    name: "searchcve",
    title: "Filter by vulnerability",
    description: "Found vulnerable to this CVE.",
    input: { purpose: hostPurpose, cve: z.string().describe("Id, a part of one, or /regex/flags") },
    build: build.searchcve,
    example: { purpose: "view", cve: "CVE-2021-44228" },
  }),
  builder({
    name: "searchcategory",
    title: "Filter by category",
    description: "Imported with this category.",
    input: { purpose: hostPurpose, category: matcher },
    build: build.searchcategory,
    example: { purpose: "view", category: "LAN" },
  }),
  builder({
    name: "searchtag",
    title: "Filter by tag",
    description: "One tag has this value and this text in its info; nothing given: any tag.",
    input: {
      purpose: hostPurpose,
      tag: optionalText.describe("Vulnerable, CDN, …; exact or /regex/flags"),
      info: optionalText.describe("Part of the text or /regex/flags"),
    },
    build: build.searchtag,
    example: { purpose: "view", tag: "Vulnerable" },
  }),
  builder({
    name: "searchrecontype",
    title: "Filter by kind of observation",
    description: "Passive record of this kind (DNS_ANSWER, SSL_SERVER).",
    input: { purpose: passivePurpose, recontype: matcher },
    build: build.searchrecontype,
    example: { purpose: "passive", recontype: "DNS_ANSWER" },
  }),
  builder({
    name: "searchsensor",
    title: "Filter by sensor",
    description: "Passive record of this sensor.",
    input: { purpose: passivePurpose, sensor: matcher },
    build: build.searchsensor,
    example: { purpose: "passive", sensor: "lan" },
  }),
];
