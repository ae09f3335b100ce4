/** Pseudo-fields about hosts: addresses, places, names, categories, tags, operating systems, hops, CPEs. */

import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import { formatAddress, fromV4 } from "../model/ip.ts";
import type { Purpose } from "../model/purpose.ts";
import { matches } from "./matches.ts";
import { findPath, pathRows } from "./path.ts";
import { type Pseudo, segments, type Written } from "./pseudo-field.ts";
import type { Rows } from "./row-types.ts";
import { relationRows } from "./rows.ts";

/** The rows of a catalogue path under another name. */
export function pathAlias(path: string): (written: Written) => Rows | null {
  return ({ purpose, part, argument }) => {
    if (part !== "" || argument !== null) return null;
    const found = findPath(purpose, path);
    return found && pathRows(purpose, found);
  };
}

/** A whole number written as such, or null. */
export function wholeNumber(text: string | null, max: number): number | null {
  if (text === null || !/^\d{1,9}$/.test(text)) return null;
  const number = Number(text);
  return number <= max ? number : null;
}

/** No part and no argument, or null. */
export function bareForm(rows: (purpose: Purpose) => Rows): Pseudo["rows"] {
  return ({ purpose, part, argument }) => (part === "" && argument === null ? rows(purpose) : null);
}

/** Networks of the IPv4 addresses of records, whose relation has this alias. */
export function net(relation: "host" | "record", alias: string): Pseudo {
  return {
    names: ["net"],
    forms: [
      ["net", "IPv4 networks of length 24"],
      ["net:<mask>", "IPv4 networks of that length"],
    ],
    rows({ purpose, part, argument }) {
      const mask = argument === null ? 24 : wholeNumber(argument, 32);
      if (part === "" && mask === null && /^\d+$/.test(argument!))
        throw new UserError("net:<mask> takes the 0 to 32 bits of an IPv4 network: for example net:16.");
      if (part !== "" || mask === null) return null;
      const hostBits = 32 - mask;
      return {
        ...relationRows(purpose, relation, [], { present: [name(`${alias}.v4 IS NOT NULL`)], tuple: false }),
        columns: [
          {
            value: sql`${name(alias)}.v4::BIGINT >> ${bind(hostBits)}`,
            decode: (network) => `${formatAddress(fromV4(Number(network) * 2 ** hostBits))}/${mask}`,
          },
        ],
      };
    },
  };
}

/** Country and autonomous system of the addresses of records, whose relation has this alias. */
export function place(relation: "host" | "record", alias: string): Pseudo[] {
  return [
    {
      names: ["country"],
      forms: [["country", "[code, name]"]],
      rows: bareForm((purpose) =>
        relationRows(purpose, relation, [`${alias}.country_code`, `coalesce(${alias}.country_name, '?')`], {
          present: [name(`${alias}.country_code IS NOT NULL`)],
        }),
      ),
    },
    {
      names: ["asnum"],
      forms: [["asnum", "Numbers of autonomous systems"]],
      rows: pathAlias("infos.as_num"),
    },
    {
      names: ["as"],
      forms: [["as", "[number, name] of autonomous systems"]],
      rows: bareForm((purpose) =>
        relationRows(purpose, relation, [`${alias}.as_num`, `${alias}.as_name`], {
          present: [name(`${alias}.as_num IS NOT NULL`)],
        }),
      ),
    },
  ];
}

/** Names and their parent domains, over a relation with alias `d`. */
export function domains(
  relation: "domain" | "passive_domain",
  description: string,
  only: readonly SqlText[] = [],
): Pseudo {
  return {
    names: ["domains"],
    forms: [
      ["domains", description],
      ["domains:<level>", "Those with that many labels"],
      ["domains:<domain>", "Those below a domain"],
      ["domains:<domain>:<level>", "Those below a domain with that many labels in all"],
    ],
    rows({ purpose, part, argument }) {
      if (part !== "" || argument === "") return null;
      const where = [...only];
      if (argument !== null) {
        const colon = argument.lastIndexOf(":");
        const level = wholeNumber(argument.slice(colon + 1), 200);
        if (level === 0 || /^-\d+$/.test(argument.slice(colon + 1)))
          throw new UserError(
            "The names of a level have that many labels, at least one: for example domains:2 counts example.com.",
          );
        const domain = level === null ? argument : argument.slice(0, Math.max(colon, 0));
        if (domain.includes(":")) return null;
        if (level !== null) where.push(sql`d.level = ${bind(level)}`);
        if (domain !== "") where.push(sql`ends_with(d.name, ${bind(`.${domain}`)})`);
      }
      return relationRows(purpose, relation, ["d.name"], { where });
    },
  };
}

const CPE_PARTS = ["type", "vendor", "product", "version"] as const;

function cpe({ purpose, part, argument }: Written): Rows | null {
  const number = wholeNumber(part, CPE_PARTS.length);
  const length = part === "" ? CPE_PARTS.length : (number ?? CPE_PARTS.indexOf(part as "type") + 1);
  if (length < 1 || argument === "") return null;
  const where: SqlText[] = [];
  if (argument !== null) {
    const given = segments(argument, CPE_PARTS.length);
    given.forEach((text, i) => {
      if (text !== "") where.push(matches(`e.${CPE_PARTS[i]}`, text));
    });
  }
  const values = CPE_PARTS.slice(0, length).map((name) => `e.${name}`);
  return relationRows(purpose, "cpe", values, { where, tuple: true });
}

function hop({ purpose, part, argument }: Written): Rows | null {
  const beyond = argument?.startsWith(">") ?? false;
  const ttl = argument === null ? null : wholeNumber(beyond ? argument.slice(1) : argument, 255);
  if (part !== "" || (argument !== null && ttl === null)) return null;
  const where = ttl === null ? [] : [beyond ? sql`x.ttl > ${bind(ttl)}` : sql`x.ttl = ${bind(ttl)}`];
  const present = [name("x.addr IS NOT NULL")];
  return relationRows(purpose, "trace_hop", ["x.addr"], { where, present, decode: "address" });
}

function tag({ purpose, part, argument }: Written): Rows | null {
  if (argument === "" || (part !== "" && argument !== null)) return null;
  if (argument !== null)
    return relationRows(purpose, "tag_info", ["wi.info"], {
      where: [matches("wi.value", argument)],
      present: [name("wi.info IS NOT NULL")],
    });
  switch (part) {
    case "":
      return relationRows(purpose, "tag_info", ["wi.value", "wi.info"]);
    case "value":
    case "type":
      return relationRows(purpose, "tag", [`w.${part}`], { present: [name(`w.${part} IS NOT NULL`)] });
    case "info":
      return relationRows(purpose, "tag_info", ["wi.info"], { present: [name("wi.info IS NOT NULL")] });
    default:
      return null;
  }
}

function category({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || argument === "") return null;
  const where = argument === null ? [] : [matches("g.value", argument)];
  return relationRows(purpose, "category", ["g.value"], { where });
}

export const HOST_PSEUDO: readonly Pseudo[] = [
  { names: ["addr"], forms: [["addr", "Addresses"]], rows: pathAlias("addr") },
  net("host", "h"),
  ...place("host", "h"),
  {
    names: ["city"],
    forms: [["city", "[country code, city]"]],
    rows: bareForm((purpose) =>
      relationRows(purpose, "host", ["h.country_code", "h.city"], {
        present: [name("h.country_code IS NOT NULL AND h.city IS NOT NULL")],
      }),
    ),
  },
  {
    names: ["category", "categories"],
    forms: [
      ["category", "Categories"],
      ["category:<match>", "Categories equal to a text or matching /regex/"],
    ],
    rows: category,
  },
  {
    names: ["source"],
    forms: [["source", "Sources; in view the sorted array of a host's sources"]],
    rows: pathAlias("source"),
  },
  domains("domain", "Every host name and its parent domains"),
  {
    names: ["cpe"],
    forms: [
      ["cpe", "[type, vendor, product, version]"],
      ["cpe.<part>", "CPEs up to a part: type, vendor, product or version"],
      ["cpe:<spec>", "CPEs that match type[:vendor[:product[:version]]], each a text or /regex/"],
      ["cpe.<part>:<spec>", "Both"],
    ],
    spellings: CPE_PARTS.map((part) => `.${part}`),
    rows: cpe,
  },
  {
    names: ["hop"],
    forms: [
      ["hop", "Traceroute hops"],
      ["hop:<ttl>", "Hops at a distance"],
      ["hop:><ttl>", "Hops beyond a distance"],
    ],
    spellings: [":1", ":>10"],
    rows: hop,
  },
  {
    names: ["tag"],
    forms: [
      ["tag", "[tag, info]; info is null for a tag without"],
      ["tag.<field>", "value, type or info of tags"],
      ["tag:<value>", "Infos of one tag"],
    ],
    spellings: [".value", ".type", ".info"],
    rows: tag,
  },
  {
    names: ["os"],
    forms: [["os", "[vendor, family, generation] of operating systems, each counted once a host"]],
    rows: pathAlias("os"),
  },
  { names: ["openports"], forms: [["openports", "Sets of open ports"]], rows: pathAlias("openports") },
];
