/**
 * Conditions on columns, shared by the compilers of the purposes. Logic is two-valued: a missing value makes a
 * condition false, never unknown. Conditions on the row itself test for NULL first (`IS NOT NULL AND …` rather
 * than `coalesce`, which would hide the comparison from zone maps).
 */
import { isV4, parseAddress, parseNetwork, toV4 } from "../model/ip.ts";
import type { Leaf, Matcher, PortRange, Range } from "./ast.ts";
import { toRe2 } from "./pattern.ts";
import { anyOf, bind, join, name, type SqlText, sql } from "./sqltext.ts";

/**
 * A condition on the record's own row, or on a row of a child table of which there must be one; both must hold
 * where a piece has both.
 */
export type Piece<Table extends string> = { row: SqlText } | { table: Table; where: SqlText; row?: SqlText };

export function matches(column: string, matcher: Matcher): SqlText {
  if ("is" in matcher) return sql`${name(column)} = ${bind(matcher.is)}`;
  if ("has" in matcher) return sql`contains(${name(column)}, ${bind(matcher.has)})`;
  return sql`regexp_matches(${name(column)}, ${bind(toRe2(matcher.re, matcher.flags ?? ""))})`;
}

/** The conditions that are given, each on its column. */
export function given(columns: readonly (readonly [string, Matcher | undefined])[]): SqlText[] {
  return columns.flatMap(([column, matcher]) => (matcher === undefined ? [] : [matches(column, matcher)]));
}

/** A condition on a column of the row, false where the column is missing. */
export function present(column: string, condition: SqlText): SqlText {
  return sql`(${name(column)} IS NOT NULL AND ${condition})`;
}

/** The column is there and matches. */
export function presentMatch(column: string, matcher: Matcher): SqlText {
  return present(column, matches(column, matcher));
}

export function integers(column: string, values: readonly number[]): SqlText {
  return sql`${name(column)} IN (${join(
    values.map((value) => sql`CAST(${bind(value)} AS BIGINT)`),
    ", ",
  )})`;
}

export function within(column: string, range: Range): SqlText[] {
  const bounds: SqlText[] = [];
  if (range.min !== undefined) bounds.push(sql`${name(column)} >= CAST(${bind(range.min)} AS BIGINT)`);
  if (range.max !== undefined) bounds.push(sql`${name(column)} <= CAST(${bind(range.max)} AS BIGINT)`);
  return bounds;
}

export function portNumbers(column: string, ports: readonly PortRange[]): SqlText {
  const single = ports.filter((port) => typeof port === "number");
  const ranges = ports.filter((port) => typeof port !== "number");
  return anyOf([
    ...(single.length === 0 ? [] : [integers(column, single)]),
    ...ranges.map(
      ([low, high]) =>
        sql`${name(column)} BETWEEN CAST(${bind(low)} AS INTEGER) AND CAST(${bind(high)} AS INTEGER)`,
    ),
  ]);
}

/** A checked address text as its 128 bits. */
export function address(text: string): bigint {
  const value = parseAddress(text);
  if (value === null) throw new Error(`unchecked address: ${text}`);
  return value;
}

/** Addresses from first to last; IPv4 ranges use the 32-bit column, which compares faster. */
function between(alias: string, first: bigint, last: bigint): SqlText {
  if (isV4(first) && isV4(last))
    return present(
      `${alias}.v4`,
      sql`${name(`${alias}.v4`)} BETWEEN CAST(${bind(toV4(first))} AS UINTEGER) AND CAST(${bind(toV4(last))} AS UINTEGER)`,
    );
  // 128-bit parameters travel as decimal text: untyped bigints bind as HUGEINT and silently miss.
  return present(
    `${alias}.addr`,
    sql`${name(`${alias}.addr`)} BETWEEN CAST(${bind(String(first))} AS UHUGEINT) AND CAST(${bind(String(last))} AS UHUGEINT)`,
  );
}

type AddressLeaf = Extract<Leaf, { k: "net" | "host" | "range" | "family" }>;

/** A condition on the columns `addr` and `v4` that every purpose's records have. */
export function onAddress(alias: string, leaf: AddressLeaf): SqlText {
  switch (leaf.k) {
    case "net": {
      const range = parseNetwork(leaf.net);
      if (range === null) throw new Error(`unchecked network: ${leaf.net}`);
      return between(alias, range.first, range.last);
    }
    case "range":
      return between(alias, address(leaf.first), address(leaf.last));
    case "host": {
      const addrs = leaf.addrs.map(address);
      if (addrs.length === 1) return between(alias, addrs[0]!, addrs[0]!);
      const list = bind(addrs.join(","));
      return present(
        `${alias}.addr`,
        sql`${name(`${alias}.addr`)} IN (SELECT unnest(CAST(string_split(${list}, ',') AS UHUGEINT[])))`,
      );
    }
    case "family":
      return leaf.version === 4
        ? name(`(${alias}.v4 IS NOT NULL)`)
        : name(`(${alias}.v4 IS NULL AND ${alias}.addr IS NOT NULL)`);
  }
}

type PlaceLeaf = Extract<Leaf, { k: "country" | "asnum" | "asname" }>;

/** A condition on what the reference data says of the record's address. */
export function onPlace(alias: string, leaf: PlaceLeaf): SqlText {
  switch (leaf.k) {
    case "country": {
      const column = `${alias}.country_code`;
      return present(column, anyOf(leaf.codes.map((code) => sql`${name(column)} = ${bind(code)}`)));
    }
    case "asnum":
      return present(`${alias}.as_num`, integers(`${alias}.as_num`, leaf.nums));
    case "asname":
      return presentMatch(`${alias}.as_name`, leaf.name);
  }
}

/** Seconds since the epoch as a TIMESTAMP. */
function timestamp(seconds: number): SqlText {
  return sql`make_timestamp(CAST(${bind(String(BigInt(seconds) * 1_000_000n))} AS BIGINT))`;
}

/**
 * A condition on the times `first` and `last` of a record: expressions of our own that are both NULL or both
 * not. `now` (seconds) is what `ago` counts from.
 */
export function onTimes(
  [first, last]: readonly [string, string],
  leaf: Extract<Leaf, { k: "seen" }>,
  now: number,
): SqlText {
  const from = leaf.ago === undefined ? leaf.from : now - leaf.ago;
  const conditions: SqlText[] = [];
  if (from !== undefined)
    conditions.push(sql`${name(leaf.at === "first" ? first : last)} >= ${timestamp(from)}`);
  if (leaf.to !== undefined)
    conditions.push(sql`${name(leaf.at === "last" ? last : first)} < ${timestamp(leaf.to)}`);
  return sql`(${join([name(`${first} IS NOT NULL`), ...conditions], " AND ")})`;
}
