/** From the field of a question to its rows: pseudo-field, catalogue path, or an error that names the nearest. */
import { about, UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { type AskedRows, combine } from "./combine.ts";
import { findPath, type Path, pathRows, unknownField } from "./path.ts";
import { findPseudo, pseudoOf } from "./pseudo.ts";
import type { Rows } from "./rows.ts";
import { synonym } from "./synonyms.ts";

export interface AskedField {
  rows: Rows;
  /** The path that it is or stands for. */
  path: Path | null;
  /** The pseudo-field and what follows its colon. */
  argument: AskedRows["argument"];
}

/** What several fields of one question may come to. */
const MOST_FIELDS = 6;

/**
 * The fields of topvalues: one field's rows, or those of several together.
 * @throws UserError for a field that does not exist, for none, and for too many.
 */
export function topFields(
  purpose: Purpose,
  asked: string | readonly string[],
): { rows: Rows; paths: (Path | null)[] } {
  const fields =
    typeof asked === "string" ? [topField(purpose, asked)] : about("fields", () => all(purpose, asked));
  const paths = fields.map(({ path }) => path);
  return typeof asked === "string"
    ? { rows: fields[0]!.rows, paths }
    : { rows: combine(purpose, fields), paths };
}

function all(purpose: Purpose, asked: readonly string[]): AskedField[] {
  if (asked.length === 0 || asked.length > MOST_FIELDS)
    throw new UserError(`topvalues takes one to ${MOST_FIELDS} fields together, such as port and product.`);
  return asked.map((field) => topField(purpose, field));
}

/** A field of topvalues (spec ivre §3.2, §3.3): pseudo-fields first, then raw paths. */
export function topField(purpose: Purpose, field: string): AskedField {
  return about("field", () => readTopField(purpose, field));
}

function readTopField(purpose: Purpose, field: string): AskedField {
  const given = field.trim();
  const pseudo = findPseudo(purpose, given);
  if (pseudo.kind === "rows")
    return {
      rows: pseudo.rows,
      path: pathInside(purpose, given, pseudo.rows),
      argument: pseudo.argument,
    };
  const found = findPath(purpose, given);
  if (found) return { rows: pathRows(purpose, found), path: found, argument: null };
  if (pseudo.kind === "malformed") {
    const forms = pseudo.pseudo.forms.map(([pattern]) => pattern).join(", ");
    throw new UserError(`"${given.slice(0, 100)}" is not a field of topvalues: write ${forms}.`);
  }
  const names = pseudoOf(purpose).flatMap((entry) => entry.names);
  throw unknownField(purpose, given, names);
}

/** The path into structured output that a pseudo-field stands for, null when for none. */
function pathInside(purpose: Purpose, text: string, { place }: Rows): Path | null {
  if (place.at !== "source" || place.source.shape === null) return null;
  const inner = [...place.inside.paths.at(-1)!];
  return purpose === "passive"
    ? { kind: "infos", text, inner }
    : { kind: "script", text, key: place.source.shape.root, inner };
}

/** A raw path (spec ivre §4). */
export function rawField(purpose: Purpose, field: string): AskedField {
  const path = findPath(purpose, field);
  if (path === null)
    return about("field", () => {
      throw notRaw(purpose, field.trim());
    });
  return { rows: pathRows(purpose, path), path, argument: null };
}

/** Whoever asks for a field of topvalues is told where it works, beside the path that means the same. */
function notRaw(purpose: Purpose, given: string): UserError {
  if (findPseudo(purpose, given).kind === "none") return unknownField(purpose, given);
  const name = given.slice(0, 100);
  const meant = synonym(purpose, given, false);
  const path = meant === null ? "" : ` Did you mean ${meant}?`;
  return new UserError(`Unknown field "${name}" of ${purpose}.${path} topvalues takes "${name}" as it is.`);
}
