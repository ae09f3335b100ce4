/**
 * Several fields as one: rows of the values that they have together.
 *
 * Fields of the same list take their values from the same element; an element inside another one (a script result
 * of a port) goes with it. Lists beside each other are combined within a record, as MongoDB's unwinding does. A row
 * counts when one of its fields alone would count it, so that one field counts the same as it does alone; each value
 * has the form that it has alone, and what is missing is null. A field that demands something (`port:ssh`, the open
 * ports of `service`) leaves out what has no such element. Results of different scripts are combined on their port.
 */
import { allOf, anyOf, join, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { Purpose } from "../model/purpose.ts";
import { elementsThere, insideValues, sourceFrom } from "./json-source.ts";
import { parentOf, RELATIONS, type RelationName } from "./relations.ts";
import type { Column, Place, Rows, Within } from "./row-types.ts";
import { restricted } from "./rows.ts";
import { subjectOf } from "./subject.ts";

export interface AskedRows {
  rows: Rows;
  /** The pseudo-field and what follows its colon: with another argument it is about another element. */
  argument: { of: string; text: string } | null;
}

/** A field among the others, what its columns are called, and the one that says whether the field counts the row. */
interface Member {
  rows: Rows;
  names: readonly string[];
  counts: string;
}

/** A relation of one row for each combination inside a list; it has `record_id` and the members' columns. */
interface Group {
  from: (within: Within) => SqlText;
  members: readonly Member[];
  required: boolean;
}

type At<K extends Place["at"]> = Extract<Place, { at: K }>;

/** The members whose place is of a kind, with that place. */
function placed<K extends Place["at"]>(members: readonly Member[], at: K): (Member & { place: At<K> })[] {
  return members.flatMap((member) =>
    member.rows.place.at === at ? [{ ...member, place: member.rows.place as At<K> }] : [],
  );
}

/** A column's value where the field has one. */
function shown({ value }: Column, present: readonly SqlText[]): SqlText {
  return present.length === 0 ? value : sql`CASE WHEN ${allOf(present)} THEN ${value} END`;
}

/** What follows SELECT: the columns where there is a value, and whether that and the element are there. */
function named(
  { names, counts }: Member,
  columns: readonly Column[],
  present: readonly SqlText[],
  there: readonly SqlText[] = [],
): SqlText {
  const values = columns.map((column, i) => sql`${shown(column, present)} AS ${name(names[i]!)}`);
  return join([...values, sql`${allOf([...there, ...present])} AS ${name(counts)}`], ", ");
}

const namesOf = (members: readonly Member[]): string[] =>
  members.flatMap(({ names, counts }) => [...names, counts]);

/** Some field counts the row. */
function someOf(members: readonly Member[]): SqlText {
  return anyOf(members.map(({ counts }) => name(`coalesce(${counts}, false)`)));
}

const isRequired = (members: readonly Member[]): boolean => members.some(({ rows }) => rows.required);
const joinOf = (required: boolean): SqlText => name(required ? " JOIN " : " LEFT JOIN ");

/** A group without the rows that none of its fields counts. */
function group(members: readonly Member[], select: (within: Within) => SqlText): Group {
  return {
    from: (within) => sql`(SELECT * FROM (${select(within)}) WHERE ${someOf(members)})`,
    members,
    required: isRequired(members),
  };
}

/** A field that stands for itself. */
function ownGroup(member: Member): Group {
  const { from, record, where, present, columns } = member.rows;
  return group(
    [member],
    (within) =>
      sql`SELECT ${name(record)} AS record_id, ${named(member, columns, [])} FROM ${from(within)} WHERE ${allOf([...where, ...present, within(record)])}`,
  );
}

type Inside = Member & { place: At<"source"> };

/** The fields inside the same results, with these columns of the result before them. */
function sourceGroup(members: readonly Inside[], carried: string): Group {
  const { source } = members[0]!.place;
  const paths = members.flatMap(({ place }) => place.inside.paths);
  const values = members.map((member) => ({
    member,
    ...insideValues(source, member.place.inside, paths),
  }));
  const columns = join(
    values.map(({ member, columns, present }) =>
      named(member, columns, present, elementsThere(source, member.place.inside, paths)),
    ),
    ", ",
  );
  const where = allOf(values.flatMap((value) => value.where));
  return group(
    members,
    (within) =>
      sql`SELECT ${name(carried)}, ${columns} FROM ${sourceFrom(source, paths, within, true)} WHERE ${where}`,
  );
}

/** A relation from the root list down. */
function chain(relation: RelationName): RelationName[] {
  const parent = parentOf(relation);
  return parent === null ? [relation] : [...chain(parent.relation), relation];
}

type Listed = Member & { place: At<"list"> };

/**
 * The fields of one list and of those inside its elements.
 * @param sources fields of script results, which lie inside ports, by the results that they are about.
 */
function listGroup(
  purpose: Purpose,
  listed: readonly Listed[],
  sources: readonly (readonly Inside[])[],
): Group {
  if (listed.length === 0 && sources.length === 1)
    return sourceGroup(sources[0]!, `${sources[0]![0]!.place.source.record} AS record_id`);
  const own = Map.groupBy(listed, ({ place }) => place.relation);
  // Whatever is asked of results in general is asked of that one, where there is only one.
  const holder: RelationName = sources.length === 1 && own.has("script") ? "script" : "port";
  const needed = new Set([...own.keys(), ...(sources.length > 0 ? [holder] : [])].flatMap(chain));
  const childrenOf = (relation: RelationName) =>
    [...needed].filter((n) => parentOf(n)?.relation === relation);
  let base = [...needed].find((relation) => parentOf(relation) === null)!;
  for (;;) {
    const children = childrenOf(base);
    if (own.has(base) || children.length !== 1 || (base === holder && sources.length > 0)) break;
    base = children[0]!;
  }
  const members = [...listed, ...sources.flat()];
  return group(members, (within) => {
    const select: SqlText[] = [];
    const joins: SqlText[] = [];
    const where: SqlText[] = [within(RELATIONS[base].record)];
    const visit = (relation: RelationName): boolean => {
      const at = joins.length;
      const mine = own.get(relation) ?? [];
      // An expression may have a value even where nothing was joined.
      const there = relation === base ? [] : [name(`${RELATIONS[relation].record} IS NOT NULL`)];
      for (const member of mine)
        select.push(named(member, member.rows.columns, [...there, ...member.rows.present]));
      let required = isRequired(mine);
      for (const child of childrenOf(relation)) if (visit(child)) required = true;
      if (relation === holder)
        sources.forEach((ofOne, i) => {
          const found = sourceGroup(ofOne, "c.host_id, c.port_id, c.seq");
          if (found.required) required = true;
          select.push(name(namesOf(ofOne).join(", ")));
          joins.push(
            sql`${joinOf(found.required)}${found.from(within)} AS ${name(`s${i} ON ${onResult(holder, `s${i}`)}`)}`,
          );
        });
      const conditions = mine.flatMap(({ rows }) => rows.where);
      if (relation === base) where.push(...conditions);
      else {
        const table = restricted(RELATIONS[relation].table(purpose), within);
        const innermost = childrenOf(relation).length === 0 && (relation !== holder || sources.length === 0);
        if (innermost && !required) conditions.push(anyOf(mine.map(({ rows }) => allOf(rows.present))));
        const on = allOf([name(parentOf(relation)!.on), ...conditions]);
        joins.splice(at, 0, sql`${joinOf(required)}${table} ON ${on}`);
      }
      return required;
    };
    visit(base);
    const from = sql`${restricted(RELATIONS[base].table(purpose), within)}${join(joins, "")}`;
    return sql`SELECT ${name(RELATIONS[base].record)} AS record_id, ${join(select, ", ")} FROM ${from} WHERE ${allOf(where)}`;
  });
}

/** How results are joined to what they belong to. */
function onResult(holder: RelationName, alias: string): string {
  return holder === "script"
    ? `${alias}.host_id = c.host_id AND ${alias}.port_id = c.port_id AND ${alias}.seq = c.seq`
    : `${alias}.host_id = p.host_id AND ${alias}.port_id = p.id`;
}

type ArgumentOf = (member: Member) => AskedRows["argument"];

/**
 * Fields by the element that they are about: the same pseudo-field with different arguments is about different
 * ones, and whatever else is asked of the list goes with the first.
 */
function instances<M extends Member>(members: readonly M[], argumentOf: ArgumentOf): M[][] {
  const found: { members: M[]; arguments: Map<string, string> }[] = [];
  for (const member of members) {
    const argument = argumentOf(member);
    let into = found.find(
      (instance) =>
        argument === null || (instance.arguments.get(argument.of) ?? argument.text) === argument.text,
    );
    if (into === undefined) {
      into = { members: [], arguments: new Map() };
      found.push(into);
    }
    into.members.push(member);
    if (argument !== null) into.arguments.set(argument.of, argument.text);
  }
  return found.map(({ members }) => members);
}

/** The fields inside structured output, by the results and elements that they are about. */
function bySource(members: readonly Inside[], argumentOf: ArgumentOf): Inside[][] {
  return [...Map.groupBy(members, ({ place }) => place.source.identity).values()].flatMap((ofOne) =>
    instances(ofOne, argumentOf),
  );
}

function groupsOf(purpose: Purpose, members: readonly Member[], argumentOf: ArgumentOf): Group[] {
  const inside = placed(members, "source");
  const sourcesOf = (of: "port" | "record") =>
    bySource(
      inside.filter(({ place }) => place.source.of === of),
      argumentOf,
    );
  const ofPorts = sourcesOf("port");
  const byRoot = Map.groupBy(placed(members, "list"), ({ place }) => chain(place.relation)[0]!);
  if (ofPorts.length > 0 && !byRoot.has("port")) byRoot.set("port", []);
  const lists = [...byRoot].flatMap(([root, listed]) => {
    const parts = listed.length === 0 ? [[]] : instances(listed, argumentOf);
    return parts.map((part, i) => listGroup(purpose, part, root === "port" && i === 0 ? ofPorts : []));
  });
  return [
    ...placed(members, "own").map(ownGroup),
    ...lists,
    ...sourcesOf("record").map((ofOne) =>
      sourceGroup(ofOne, `${ofOne[0]!.place.source.record} AS record_id`),
    ),
  ];
}

/** The rows of several fields together: arrays of their values, in order. */
export function combine(purpose: Purpose, asked: readonly AskedRows[]): Rows {
  const members = asked.map(
    ({ rows }, i): Member => ({
      rows,
      names: rows.columns.map((_, column) => `f${i}_${column}`),
      counts: `f${i}_counts`,
    }),
  );
  const argumentOf = new Map(members.map((member, i) => [member.names, asked[i]!.argument]));
  const groups = groupsOf(purpose, members, (member) => argumentOf.get(member.names) ?? null);
  const ofRecord = placed(members, "record");
  const subject = subjectOf(purpose);
  const alone = ofRecord.length === 0 && groups.length === 1 ? groups[0]! : null;
  const from = (within: Within): SqlText => {
    if (alone) return sql`${alone.from(within)} AS g0`;
    const joins = groups.map(
      ({ from, required }, i) =>
        sql`${joinOf(required)}${from(within)} AS ${name(`g${i} ON g${i}.record_id = ${subject.id}`)}`,
    );
    return sql`${name(subject.from)}${join(joins, "")}`;
  };
  const values = members.map(({ rows, names }) =>
    rows.columns.map((column, i) =>
      rows.place.at === "record"
        ? { ...column, value: shown(column, rows.present) }
        : { ...column, value: name(names[i]!) },
    ),
  );
  return {
    from,
    record: alone ? "g0.record_id" : subject.id,
    where: ofRecord.flatMap(({ rows }) => rows.where),
    present: [
      anyOf([
        ...ofRecord.map(({ rows }) => allOf(rows.present)),
        someOf(groups.flatMap(({ members }) => members)),
      ]),
    ],
    columns: values.flat(),
    tuple: true,
    parts: members.map(({ rows, names }) => ({ width: names.length, tuple: rows.tuple })),
    place: { at: "own" },
    required: false,
  };
}
