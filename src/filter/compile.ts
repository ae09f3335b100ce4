/**
 * From a filter to SQL over the host table of a purpose.
 *
 * Logic is two-valued everywhere: a missing value makes a leaf false, never unknown, so `not` is the exact
 * complement. Conditions on child tables are semi joins (`h.id IN (SELECT host_id …)`), conditions on host
 * columns test for NULL first (`IS NOT NULL AND …` rather than `coalesce`, which would hide the comparison
 * from zone maps).
 */
import type { DuckDBConnection } from "@duckdb/node-api";

import { UserError } from "../model/errors.ts";
import { isV4, parseAddress, parseNetwork, toV4 } from "../model/ip.ts";
import type { ActivePurpose } from "../model/purpose.ts";
import type { HostTable } from "../store/tables.ts";
import type { Filter, JsonValue, Leaf, Matcher, PortRange, Range } from "./ast.ts";
import { checkFor } from "./check.ts";
import { toRe2 } from "./pattern.ts";
import { allOf, anyOf, bind, join, name, type SqlText, sql } from "./sqltext.ts";
import { structured } from "./structured.ts";
import { readCondition } from "./values.ts";

export type { SqlText };

/** A leaf is a condition on the host row, or on a row of a child table of which there must be one. */
type Compiled = { host: SqlText } | { table: HostTable; where: SqlText };

function matches(column: string, matcher: Matcher): SqlText {
  if ("is" in matcher) return sql`${name(column)} = ${bind(matcher.is)}`;
  if ("has" in matcher) return sql`contains(${name(column)}, ${bind(matcher.has)})`;
  return sql`regexp_matches(${name(column)}, ${bind(toRe2(matcher.re, matcher.flags ?? ""))})`;
}

/** The conditions that are given, each on its column. */
function given(columns: readonly (readonly [string, Matcher | undefined])[]): SqlText[] {
  return columns.flatMap(([column, matcher]) => (matcher === undefined ? [] : [matches(column, matcher)]));
}

/** A condition on a host column, false where the column is missing. */
function present(column: string, condition: SqlText): { host: SqlText } {
  return { host: sql`(${name(`h.${column}`)} IS NOT NULL AND ${condition})` };
}

function address(text: string): bigint {
  const value = parseAddress(text);
  if (value === null) throw new Error(`unchecked address: ${text}`);
  return value;
}

/** Addresses from first to last; IPv4 ranges use the 32-bit column, which compares faster. */
function between(first: bigint, last: bigint): { host: SqlText } {
  if (isV4(first) && isV4(last))
    return present(
      "v4",
      sql`h.v4 BETWEEN CAST(${bind(toV4(first))} AS UINTEGER) AND CAST(${bind(toV4(last))} AS UINTEGER)`,
    );
  // 128-bit parameters travel as decimal text: untyped bigints bind as HUGEINT and silently miss.
  return present(
    "addr",
    sql`h.addr BETWEEN CAST(${bind(String(first))} AS UHUGEINT) AND CAST(${bind(String(last))} AS UHUGEINT)`,
  );
}

function integers(column: string, values: readonly number[]): SqlText {
  return sql`${name(column)} IN (${join(
    values.map((value) => sql`CAST(${bind(value)} AS BIGINT)`),
    ", ",
  )})`;
}

function within(column: string, range: Range): SqlText[] {
  const bounds: SqlText[] = [];
  if (range.min !== undefined) bounds.push(sql`${name(column)} >= CAST(${bind(range.min)} AS BIGINT)`);
  if (range.max !== undefined) bounds.push(sql`${name(column)} <= CAST(${bind(range.max)} AS BIGINT)`);
  return bounds;
}

function portNumbers(ports: readonly PortRange[]): SqlText {
  const single = ports.filter((port) => typeof port === "number");
  const ranges = ports.filter((port) => typeof port !== "number");
  return anyOf([
    ...(single.length === 0 ? [] : [integers("port", single)]),
    ...ranges.map(
      ([low, high]) => sql`port BETWEEN CAST(${bind(low)} AS INTEGER) AND CAST(${bind(high)} AS INTEGER)`,
    ),
  ]);
}

function portRow(leaf: Extract<Leaf, { k: "port" }>): SqlText {
  const conditions: SqlText[] = [];
  if (leaf.port !== undefined) conditions.push(portNumbers(leaf.port));
  if (leaf.protocol !== undefined) conditions.push(sql`protocol = ${bind(leaf.protocol)}`);
  if (leaf.state !== undefined) conditions.push(sql`state_state = ${bind(leaf.state)}`);
  conditions.push(
    ...given([
      ["service_name", leaf.service],
      ["service_product", leaf.product],
      ["service_version", leaf.version],
      ["service_extrainfo", leaf.extrainfo],
      ["service_devicetype", leaf.devicetype],
      ["service_ostype", leaf.ostype],
      ["service_tunnel", leaf.tunnel],
    ]),
  );
  // The pseudo-port of host scripts is no port.
  return conditions.length === 0 ? name("port >= 0") : allOf(conditions);
}

function scriptRow(leaf: Extract<Leaf, { k: "script" }>): SqlText {
  const conditions = given([
    ["id", leaf.name],
    ["output", leaf.output],
  ]);
  if (leaf.port !== undefined) conditions.push(sql`port = CAST(${bind(leaf.port)} AS INTEGER)`);
  if (leaf.protocol !== undefined) conditions.push(sql`protocol = ${bind(leaf.protocol)}`);
  if (leaf.values !== undefined) conditions.push(structured(leaf.values));
  return allOf(conditions);
}

function hopRow(leaf: Extract<Leaf, { k: "hop" }>): SqlText {
  const conditions = given([["host", leaf.host]]);
  if (leaf.addr !== undefined)
    conditions.push(sql`addr = CAST(${bind(String(address(leaf.addr)))} AS UHUGEINT)`);
  if (leaf.ttl !== undefined) conditions.push(sql`ttl = CAST(${bind(leaf.ttl)} AS INTEGER)`);
  return allOf(conditions);
}

function compileLeaf(leaf: Leaf): Compiled {
  switch (leaf.k) {
    case "all":
      return { host: name("true") };
    case "net": {
      const range = parseNetwork(leaf.net);
      if (range === null) throw new Error(`unchecked network: ${leaf.net}`);
      return between(range.first, range.last);
    }
    case "range":
      return between(address(leaf.first), address(leaf.last));
    case "host": {
      if (leaf.addrs.length === 1) return between(address(leaf.addrs[0]!), address(leaf.addrs[0]!));
      const list = bind(leaf.addrs.map((text) => String(address(text))).join(","));
      return present("addr", sql`h.addr IN (SELECT unnest(CAST(string_split(${list}, ',') AS UHUGEINT[])))`);
    }
    case "family":
      return leaf.version === 4
        ? { host: name("(h.v4 IS NOT NULL)") }
        : { host: name("(h.v4 IS NULL AND h.addr IS NOT NULL)") };
    case "countports":
      return present("openports", allOf(within("h.openports", leaf.count)));
    case "country":
      return present("country_code", anyOf(leaf.codes.map((code) => sql`h.country_code = ${bind(code)}`)));
    case "city":
      return present("city", matches("h.city", leaf.name));
    case "asnum":
      return present("as_num", integers("h.as_num", leaf.nums));
    case "asname":
      return present("as_name", matches("h.as_name", leaf.name));
    case "hostname":
      return { table: "hostname", where: matches("name", leaf.name) };
    case "domain":
      return { table: "domain", where: matches("name", leaf.name) };
    case "port":
      return { table: "port", where: portRow(leaf) };
    case "os":
      return {
        table: "os_class",
        where: anyOf(["vendor", "osfamily", "osgen", "type"].map((column) => matches(column, leaf.name))),
      };
    case "script":
      return { table: "script", where: scriptRow(leaf) };
    case "cve":
      return { table: "tag", where: sql`(value = 'Vulnerable' AND ${matches("info", leaf.info)})` };
    case "category":
      return { table: "category", where: matches("value", leaf.name) };
    case "source":
      return { table: "source", where: matches("value", leaf.name) };
    case "tag":
      return {
        table: "tag",
        where: allOf(
          given([
            ["value", leaf.value],
            ["info", leaf.info],
          ]),
        ),
      };
    case "cpe":
      return {
        table: "cpe",
        where: allOf(
          given([
            ["type", leaf.type],
            ["vendor", leaf.vendor],
            ["product", leaf.product],
            ["version", leaf.version],
          ]),
        ),
      };
    case "hop":
      return { table: "trace_hop", where: hopRow(leaf) };
    case "mac":
      return { table: "address", where: sql`(type = 'mac' AND ${matches("value", leaf.addr)})` };
    case "recontype":
    case "sensor":
      throw new Error(`unchecked purpose: ${leaf.k}`);
  }
}

/**
 * Above this many conditions, semi joins are hidden from DuckDB's search for a join order, which takes 13 s for
 * 200 of them (0.6 s hidden); below, it pays.
 */
const MAX_ORDERED = 16;

interface Target {
  schema: ActivePurpose;
  /** Whether DuckDB may order the semi joins. */
  ordered: boolean;
}

function countLeaves(filter: Filter): number {
  if (filter.k === "not") return countLeaves(filter.of);
  if (filter.k !== "and" && filter.k !== "or") return 1;
  return filter.of.reduce((sum, part) => sum + countLeaves(part), 0);
}

function exists(target: Target, table: HostTable, where: SqlText): SqlText {
  const isIn = sql`h.id IN (SELECT host_id FROM ${name(`${target.schema}.${table}`)} WHERE ${where})`;
  return target.ordered ? sql`(${isIn})` : sql`coalesce(${isIn}, false)`;
}

/** Alternatives on the same child table become one semi join: "a row with a, or a row with b" is "a row with a or b". */
function compileOr(of: readonly Filter[], target: Target): SqlText {
  const parts: SqlText[] = [];
  const rows = new Map<HostTable, SqlText[]>();
  for (const filter of of) {
    const leaf = filter.k === "and" || filter.k === "or" || filter.k === "not" ? null : compileLeaf(filter);
    if (leaf === null || "host" in leaf) {
      parts.push(leaf === null ? compileTree(filter, target) : leaf.host);
      continue;
    }
    const same = rows.get(leaf.table);
    if (same === undefined) rows.set(leaf.table, [leaf.where]);
    else same.push(leaf.where);
  }
  for (const [table, conditions] of rows) parts.push(exists(target, table, anyOf(conditions)));
  return anyOf(parts);
}

function compileTree(filter: Filter, target: Target): SqlText {
  switch (filter.k) {
    case "and":
      return allOf(filter.of.map((part) => compileTree(part, target)));
    case "or":
      return compileOr(filter.of, target);
    case "not":
      return sql`(NOT ${compileTree(filter.of, target)})`;
    default: {
      const leaf = compileLeaf(filter);
      return "host" in leaf ? leaf.host : exists(target, leaf.table, leaf.where);
    }
  }
}

/**
 * A boolean expression (never NULL) over the alias `h` of `<purpose>.host`, with `?` placeholders in textual
 * order. Pure. Throws UserError for a leaf that has no meaning for the purpose. The filter must come from
 * build.ts, the language or a decoded token: their checks are relied upon.
 */
export function compile(filter: Filter, purpose: ActivePurpose): SqlText {
  checkFor(filter, purpose);
  return compileTree(filter, { schema: purpose, ordered: countLeaves(filter) <= MAX_ORDERED });
}

/** Every regular expression of a filter, as the user wrote it. */
function* patterns(value: JsonValue | Filter): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) {
    if ("re" in value && typeof value.re === "string") yield value.re;
    if ("values" in value && typeof value.values === "object" && value.values !== null)
      for (const condition of Object.values(value.values).map(readCondition))
        if ("operators" in condition)
          for (const operator of condition.operators) if (operator.op === "regex") yield operator.pattern;
  }
  for (const child of Object.values(value)) yield* patterns(child);
}

/**
 * The step before compiling that may ask the database: tries each regular expression once on an empty text,
 * so that what only RE2 itself can judge (its size limits, names of properties) is told in one sentence. Later
 * leaves that need a side relation (notes, stored address lists) are turned into addresses here.
 */
export async function resolve(filter: Filter, connection: DuckDBConnection): Promise<Filter> {
  for (const pattern of new Set(patterns(filter))) {
    try {
      await connection.run("SELECT regexp_matches('', ?)", [toRe2(pattern, "")]);
    } catch (error) {
      const reason =
        error instanceof Error ? error.message.replace(/^Invalid Input Error: /, "") : String(error);
      throw new UserError(
        `The regular expression /${pattern.slice(0, 100)}/ cannot be used: ${reason.slice(0, 200)} (the syntax is RE2's, docs/query-language.md).`,
      );
    }
  }
  return filter;
}
