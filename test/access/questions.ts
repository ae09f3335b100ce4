/** Calls of every tool, over the whole catalogue of fields and random filters. */
import { encodeToken } from "../../src/filter/token.ts";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import type { Purpose } from "../../src/model/purpose.ts";
import { describeSchema } from "../../src/query/schema.ts";
import { pick, type Random, randomFilter } from "../filter/random.ts";
import { HOSTS, PASSIVE } from "../query/golden-fields.ts";
import { WORDS } from "../support/generated.ts";
import { SECRET } from "./worlds.ts";

export interface Question {
  tool: string;
  args: Readonly<Record<string, unknown>>;
}

/** Paths that only hidden records have, such that visible ones have, and misspelt ones. */
const OTHER_PATHS: Readonly<Record<Purpose, readonly string[]>> = {
  nmap: ["ssl-cert", "banner", "n", "ls", `${SECRET}-script`, "zsecre-script", "vulns.i"].flatMap((key) => [
    `ports.scripts.${key}`,
    `ports.scripts.${key}.n`,
    `ports.scripts.${key}.${SECRET}_member.n`,
    `ports.scripts.${key}.zsecret_membe`,
  ]),
  view: [],
  passive: [SECRET, `${SECRET}_info`, "zsecret_inf", "domain", "service_name", "raw", "subject.x"].map(
    (member) => `infos.${member}`,
  ),
};

function pathsOf(purpose: Purpose): string[] {
  return [
    ...describeSchema(purpose).fields.map(({ path }) =>
      path
        .replaceAll("[]", "")
        .replaceAll("<key>", "ssl-cert")
        .replaceAll("<path>", "title")
        .replace(/<\w+>/g, "closed"),
    ),
    ...OTHER_PATHS[purpose === "view" ? "nmap" : purpose],
  ];
}

const topOf = (purpose: Purpose): string[] =>
  Object.values(purpose === "passive" ? PASSIVE : HOSTS).map(([text]) => text);

const TEXTS = [
  ...["", "", "port:22", "service:ssh", "service:nosuch", "!port:80", "category:VIS", "category:HID", "tag"],
  ...["192.0.2.0/24", "198.18.0.0/16", "country:DE", "as:64500", "domain:example.com", "seen:>2020-01-01"],
  ...[
    `hostname:/${SECRET}/`,
    `service:/${SECRET}/ OR port:22`,
    "service:",
    "nosuch:x",
    "192.0.2.1 192.0.2.2",
  ],
];

/** Questions of the purposes; `share` of those that are many. */
export function questions(random: Random, purposes: readonly Purpose[], share: number): Question[] {
  const asked: Question[] = [{ tool: "info", args: {} }];
  const some = (): boolean => random() < share;
  for (const purpose of purposes) {
    const about = (): Record<string, unknown> => ({
      purpose,
      ...(random() < 0.4
        ? { flt: encodeToken(randomFilter(random, 2, purpose, WORDS)) }
        : { q: pick(random, TEXTS) }),
    });
    const paths = pathsOf(purpose);
    const often = (): boolean => random() < Math.max(share, 0.25);
    for (const q of TEXTS) {
      if (!often()) continue;
      asked.push({ tool: "count", args: { purpose, q } }, { tool: "get", args: { purpose, q, limit: 7 } });
    }
    for (let i = 0; i < 200 * share; i++) asked.push({ tool: "count", args: about() });
    asked.push(
      { tool: "get", args: { purpose, limit: 100 } },
      { tool: "get", args: { purpose, limit: 100, skip: 20 } },
      { tool: "count", args: { purpose, sum: true } },
      { tool: "describe_schema", args: { purpose, examples: often() } },
    );
    for (const path of paths) {
      if (!some()) continue;
      const sort = [pick(random, ["", "-"]) + path];
      const sorts = [...sort, pick(random, ["", "-"]) + pick(random, paths)];
      const skip = pick(random, [0, 1, 5, 10_000]);
      asked.push(
        { tool: "distinct", args: { purpose, field: path } },
        { tool: "distinct", args: { ...about(), field: path, limit: 2 } },
        { tool: "topvalues", args: { purpose, field: path, topnbr: 100 } },
        { tool: "topvalues", args: { ...about(), fields: [path, pick(random, paths)] } },
        { tool: "get", args: { ...about(), sort, fields: ["addr", path], limit: 50 } },
        { tool: "get", args: { ...about(), sort: sorts, skip, fields: [pick(random, paths)], limit: 3 } },
        { tool: "describe_schema", args: { purpose, field: path, examples: random() < 0.2 } },
      );
    }
    for (const field of topOf(purpose)) {
      if (!some()) continue;
      asked.push(
        { tool: "topvalues", args: { purpose, field } },
        { tool: "topvalues", args: { ...about(), field, sum: purpose === "passive" } },
        { tool: "topvalues", args: { ...about(), fields: [field, pick(random, topOf(purpose))] } },
      );
    }
  }
  for (const field of ["service_name", "service_product"])
    for (const service of [undefined, "ssh", `${SECRET}svc`, ""])
      asked.push({ tool: "nmap_service_values", args: { field, service } });
  asked.push(...others());
  return asked;
}

/** Tools that read no records: with their own example, a wrong argument and none. */
function others(): Question[] {
  return [...TOOLS.values()].flatMap(({ tool }) => [
    { tool: tool.name, args: tool.example },
    { tool: tool.name, args: { ...tool.example, nosuch: 1 } },
    { tool: tool.name, args: {} },
  ]);
}

/** What imports that bear on each other may change. */
export function importQuestions(purposes: readonly Purpose[]): Question[] {
  const asked: Question[] = [
    { tool: "info", args: {} },
    { tool: "nmap_service_values", args: { field: "service_product" } },
    { tool: "nmap_service_values", args: { field: "service_name" } },
  ];
  for (const purpose of purposes) {
    const paths =
      purpose === "passive"
        ? ["addr", "sensor", "value", "infos.note", "infos.service_product", "count", "lastseen"]
        : [
            "addr",
            "source",
            "categories",
            "tags.value",
            "ports.service_name",
            "extraports",
            "openports.count",
          ];
    asked.push(
      ...["", "port:22", "service:ssh", "net:192.0.2.0/30", "service:shh", "seen:>2020-01-01"].flatMap(
        (q) => [
          { tool: "count", args: { purpose, q } },
          { tool: "get", args: { purpose, q, limit: 100 } },
        ],
      ),
      { tool: "get", args: { purpose, limit: 2, skip: 1, fields: ["addr"] } },
      { tool: "describe_schema", args: { purpose, examples: true } },
      { tool: "topvalues", args: { purpose, field: "service" } },
      ...paths.flatMap((field) => [
        { tool: "topvalues", args: { purpose, field } },
        { tool: "distinct", args: { purpose, field } },
        {
          tool: "get",
          args: {
            purpose,
            limit: 3,
            fields: ["addr", field],
            sort: field === "extraports" ? [] : [`-${field}`],
          },
        },
      ]),
    );
  }
  return asked;
}
