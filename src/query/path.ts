/** From a path as users write it to the catalogue's field and its rows. */

import { name, type SqlText } from "../filter/sqltext.ts";
import { UserError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { Purpose } from "../model/purpose.ts";
import type { Field } from "./catalogue-field.ts";
import { fieldsOf, unstoredFieldsOf } from "./fields.ts";
import { infosRows } from "./infos-path.ts";
import type { Rows } from "./row-types.ts";
import { relationRows } from "./rows.ts";
import { scriptRows, splitKey } from "./scripts.ts";
import { synonym } from "./synonyms.ts";

export type Path =
  | { kind: "field"; text: string; field: Field; names: string[] }
  | { kind: "script"; text: string; key: string; inner: string[] }
  | { kind: "infos"; text: string; inner: string[] };

const PLACEHOLDER = /^<.*>$/;
const SCRIPTS = "ports.scripts.";
const INFOS = "infos.";

/** A path without its `[]` marks, which may be written or left out. */
export function bare(path: string): string {
  return path.replaceAll("[]", "");
}

function matchField(text: string, field: Field): string[] | null {
  const pattern = bare(field.path).split(".");
  const given = text.split(".");
  if (pattern.length !== given.length) return null;
  const names: string[] = [];
  for (const [i, segment] of pattern.entries()) {
    const name = given[i]!;
    if (PLACEHOLDER.test(segment)) {
      if (name === "") return null;
      names.push(name);
    } else if (segment !== name) return null;
  }
  return names;
}

/**
 * The path that a text names, or null. `scripts.x` is short for `ports.scripts.x`. Scripts and passive records
 * have members of their own, which only the data knows.
 */
export function findPath(purpose: Purpose, given: string): Path | null {
  const passive = purpose === "passive";
  let text = bare(given.trim());
  if (!passive && (text === "scripts" || text.startsWith("scripts."))) text = `ports.${text}`;
  for (const field of [...fieldsOf(purpose), ...unstoredFieldsOf(purpose)]) {
    const names = matchField(text, field);
    if (names) return { kind: "field", text, field, names };
  }
  if (passive && text.startsWith(INFOS)) {
    const inner = text.slice(INFOS.length).split(".");
    return inner.includes("") ? null : { kind: "infos", text, inner };
  }
  if (!passive && text.startsWith(SCRIPTS)) {
    const { key, inner } = splitKey(text.slice(SCRIPTS.length));
    if (key !== "" && !inner.includes("")) return { kind: "script", text, key, inner };
  }
  return null;
}

/**
 * The error for a field that does not exist, naming the paths it most likely means.
 * @param pseudo fields of topvalues; null where only paths are taken.
 */
export function unknownField(
  purpose: Purpose,
  given: string,
  pseudo: readonly string[] | null = null,
): UserError {
  const meant = synonym(purpose, bare(given), pseudo !== null);
  const segments = bare(given).split(".");
  const known = [
    ...(pseudo ?? []),
    ...fieldsOf(purpose).map((field) => {
      const path = bare(field.path).split(".");
      const isNear = nearest(segments[0]!, [path[0]!]).length > 0;
      return path
        .map((segment, i) => (PLACEHOLDER.test(segment) && isNear ? (segments[i] ?? segment) : segment))
        .join(".");
    }),
  ];
  const advice = meant === null ? suggest(bare(given), known) : ` Did you mean ${meant}?`;
  return new UserError(`Unknown field "${given.slice(0, 100)}" of ${purpose}.${advice}`);
}

/**
 * The path that a text names.
 * @throws UserError naming the nearest known paths when there is none.
 */
export function parsePath(purpose: Purpose, given: string): Path {
  const path = findPath(purpose, given);
  if (path) return path;
  throw unknownField(purpose, given);
}

/**
 * " Did you mean a or b?", comparing whole paths first and last segments then.
 * @param otherwise when nothing is near.
 */
export function suggest(
  given: string,
  known: readonly string[],
  otherwise = " describe_schema (gadwall schema) lists the fields.",
): string {
  const whole = known.find(
    (name) => given.startsWith(`${name}.`) && !known.some((other) => other.startsWith(`${name}.`)),
  );
  if (whole !== undefined) return ` Did you mean ${whole}?`;
  const last = given.split(".").at(-1)!;
  // What a path begins with is near to it as a text only.
  const near = nearest(
    given,
    known.filter((name) => !given.startsWith(name) || name.split(".").length === given.split(".").length),
  );
  const sameLast = known.filter((name) => name.split(".").at(-1) === last);
  const byLast = [...new Set(near.length > 0 && given.includes(".") ? near : [...near, ...sameLast])].slice(
    0,
    3,
  );
  const names =
    byLast.length > 0
      ? byLast
      : known.filter((name) => nearest(last, [name.split(".").at(-1)!]).length > 0).slice(0, 3);
  return names.length > 0 ? ` Did you mean ${names.join(" or ")}?` : otherwise;
}

/** The rows that a path unwinds to (spec ivre §3.1); rows without a value are left out. */
export function pathRows(purpose: Purpose, path: Path): Rows {
  if (path.kind === "script") return scriptRows(purpose, path);
  if (path.kind === "infos") return infosRows(path.inner);
  const { field, names } = path;
  const values = typeof field.value === "function" ? [field.value(purpose)] : [field.value].flat();
  const selected: SqlText[] = field.where ? [{ sql: field.where, parameters: names }] : [];
  const present = field.nulls
    ? []
    : [name(`(${values.map((value) => `(${value}) IS NOT NULL`).join(" OR ")})`)];
  const ofRecord = field.relation === "host" || field.relation === "record";
  const rows = relationRows(purpose, field.relation, values, {
    ...(ofRecord ? { present: [...selected, ...present] } : { where: selected, present }),
    decode: field.decode,
    own: selected.length > 0,
  });
  return field.finish
    ? { ...rows, columns: rows.columns.map((column) => ({ ...column, finish: field.finish?.(purpose) })) }
    : rows;
}
