/** Pseudo-fields about ports: numbers, states, services, products, versions, kinds of device. */
import type { DuckDBValue } from "@duckdb/node-api";
import { bind, name, type SqlText, sql } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import { nearest } from "../model/nearest.ts";
import type { Purpose } from "../model/purpose.ts";
import { portPairs } from "./decode.ts";
import { matches } from "./matches.ts";
import { PORT_STATES } from "./port-names.ts";
import { type Pseudo, segments, type Written } from "./pseudo-field.ts";
import { PORT_LIST, portListOf, protocolCodes } from "./relations.ts";
import type { Rows } from "./row-types.ts";
import { relationRows } from "./rows.ts";

const OPEN = name("p.state_state = 'open'");

/** A port number written as such, or null. */
export function portNumber(text: string): number | null {
  if (!/^\d{1,9}$/.test(text)) return null;
  const port = Number(text);
  if (port > 65535) throw new UserError(`${port} is not a port number: they go from 0 to 65535.`);
  return port;
}

/**
 * Ports with that number, whatever protocol and state, of hosts that have it open on tcp (spec §3.2): the open
 * ones themselves, and the few others whose host is among those.
 */
function onPort(purpose: Purpose, port: number): SqlText {
  const table = name(`${purpose}.port`);
  const isOpen = name("(protocol = 'tcp' AND state_state = 'open')");
  const others = sql`SELECT host_id FROM ${table} WHERE port = ${bind(port)} AND ${isOpen} IS NOT TRUE`;
  const both = sql`SELECT host_id FROM ${table} WHERE port = ${bind(port)} AND ${isOpen} AND host_id IN (${others})`;
  return sql`p.port = ${bind(port)} AND ((p.protocol = 'tcp' AND p.state_state = 'open') OR p.host_id IN (${both}))`;
}

function port({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || argument === "") return null;
  if (argument !== null && /^\d+$/.test(argument))
    throw new UserError(
      `port takes a state or a service, not "${argument.slice(0, 40)}": for example port:open or port:http; service:443, product:443 and version:443 tell what is on a port.`,
    );
  const where: SqlText[] = [];
  if (argument !== null)
    where.push(
      (PORT_STATES as readonly string[]).includes(argument)
        ? sql`p.state_state = ${bind(argument)}`
        : matches("p.service_name", argument),
    );
  const present = [name("p.state_state IS NOT NULL")];
  return relationRows(purpose, "port", ["p.protocol", "p.port"], { where, present });
}

/** The state that the argument of a pseudo-field names. */
function state(pseudo: string, argument: string): string {
  if ((PORT_STATES as readonly string[]).includes(argument)) return argument;
  const [meant = "open"] = nearest(argument, PORT_STATES);
  throw new UserError(
    `"${argument.slice(0, 40)}" is not a port state: use one of ${PORT_STATES.join(", ")}, for example ${pseudo}:${meant}.`,
  );
}

/** `[["tcp", 22], …]` */
function portArrays(value: DuckDBValue): Json {
  return portPairs(value).map(({ protocol, port }) => [protocol, port]);
}

/** Every host with what its ports of one state come to: an aggregate over the rows of `ports`. */
function perHost(purpose: Purpose, ofState: string, ports: string, aggregate: string): Rows["from"] {
  return (within) =>
    sql`${name(purpose)}.host AS h LEFT JOIN (SELECT host_id, ${name(aggregate)} AS value FROM ${name(ports)} WHERE state_state = ${bind(ofState)} AND ${within("host_id")} GROUP BY host_id) AS l ON l.host_id = h.id`;
}

function portlist({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || !argument) return null;
  return {
    ...relationRows(purpose, "openports", [], { tuple: false }),
    from: perHost(purpose, state("portlist", argument), protocolCodes(purpose), PORT_LIST),
    columns: [{ value: name("coalesce(l.value, [])"), decode: portArrays, finish: portListOf(purpose) }],
  };
}

function countports({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || !argument) return null;
  if (state("countports", argument) === "open")
    return relationRows(purpose, "host", ["coalesce(h.openports, 0)"]);
  return {
    ...relationRows(purpose, "openports", ["coalesce(l.value, 0)"]),
    from: perHost(purpose, argument, `${purpose}.port`, "count(*)"),
  };
}

/** Where services were found, and which of those rows are meant without an argument and by `:<port>`. */
interface Services {
  relation: "port" | "record";
  alias: string;
  found: readonly SqlText[];
  present: readonly SqlText[];
  onPort: (purpose: Purpose, port: number) => SqlText;
}

const PARTS = ["service_name", "service_product", "service_version"] as const;

/** The forms that service, product and version share: without argument, `:<port>`, `:<service>`. */
function services({ relation, alias, found, present, onPort }: Services, width: 1 | 2 | 3) {
  const values = PARTS.slice(0, width).map((part) => `${alias}.${part}`);
  return ({ purpose, part, argument }: Written): Rows | null => {
    if (part !== "" || argument === "") return null;
    const rows = (where: readonly SqlText[]): Rows =>
      relationRows(purpose, relation, values, { where, present });
    if (argument === null) return rows(found);
    const number = portNumber(argument);
    if (number !== null) return rows([onPort(purpose, number)]);
    if (width === 1) return null;
    const where = byServiceAndProduct(alias, width, argument);
    return where && rows(where);
  };
}

/** `<service>`, and for versions `<service>:<product>`; a product may hold colons, a regex is taken whole. */
function byServiceAndProduct(alias: string, width: 1 | 2 | 3, argument: string): SqlText[] | null {
  const [service = "", product] = segments(argument, width === 3 ? 2 : 1);
  if (service === "" || product === "") return null;
  const where = [matches(`${alias}.service_name`, service)];
  if (product !== undefined) where.push(matches(`${alias}.service_product`, product));
  return where;
}

/** The pseudo-fields service, product and version; `where` says in words which rows are meant. */
export function servicePseudo(found: Services, where: string): Pseudo[] {
  return [
    {
      names: ["service"],
      forms: [
        ["service", `Services ${where}`],
        ["service:<port>", "Services on a port"],
      ],
      spellings: [":443"],
      rows: services(found, 1),
    },
    {
      names: ["product"],
      forms: [
        ["product", `[service, product] ${where}`],
        ["product:<port>", "Products on a port"],
        ["product:<service>", "Products of a service"],
      ],
      rows: services(found, 2),
    },
    {
      names: ["version"],
      forms: [
        ["version", `[service, product, version] ${where}`],
        ["version:<port>", "Versions on a port"],
        ["version:<service>", "Versions of a service"],
        ["version:<service>:<product>", "Versions of a product"],
      ],
      rows: services(found, 3),
    },
  ];
}

function devicetype({ purpose, part, argument }: Written): Rows | null {
  const number = argument === null ? null : portNumber(argument);
  if (part !== "" || (argument !== null && number === null)) return null;
  const where = number === null ? [] : [sql`p.port = ${bind(number)}`];
  const present = [name("p.service_devicetype IS NOT NULL")];
  return relationRows(purpose, "port", ["p.service_devicetype"], { where, present });
}

export const PORT_PSEUDO: readonly Pseudo[] = [
  {
    names: ["port"],
    forms: [
      ["port", "[protocol, port] of listed ports in any state"],
      ["port:<state>", "Ports in a state: open, closed, filtered …"],
      ["port:<service>", "Ports where a service was found"],
    ],
    rows: port,
  },
  {
    names: ["portlist"],
    forms: [["portlist:<state>", "A host's list of ports in a state"]],
    spellings: PORT_STATES.map((state) => `:${state}`),
    rows: portlist,
  },
  {
    names: ["countports"],
    forms: [["countports:<state>", "A host's number of ports in a state"]],
    spellings: PORT_STATES.map((state) => `:${state}`),
    rows: countports,
  },
  ...servicePseudo(
    { relation: "port", alias: "p", found: [OPEN], present: [], onPort },
    "of open ports; null when unknown",
  ),
  {
    names: ["devicetype"],
    forms: [
      ["devicetype", "Kinds of device"],
      ["devicetype:<port>", "Kinds of device on a port"],
    ],
    spellings: [":80"],
    rows: devicetype,
  },
];
