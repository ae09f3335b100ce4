/** From the field of a question to its rows: pseudo-field, catalogue path, or an error that names the nearest. */
import { UserError } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { findPath, type Path, pathRows, unknownField } from "./path.ts";
import { findPseudo, pseudoOf } from "./pseudo.ts";
import type { Rows } from "./rows.ts";
import { synonym } from "./synonyms.ts";

export interface AskedField {
  rows: Rows;
  /** The raw path, when it is one. */
  path: Path | null;
}

/** A field of topvalues (spec ivre §3.2, §3.3): pseudo-fields first, then raw paths. */
export function topField(purpose: Purpose, field: string): AskedField {
  const given = field.trim();
  const pseudo = findPseudo(purpose, given);
  if (pseudo.kind === "rows") return { rows: pseudo.rows, path: null };
  const found = findPath(purpose, given);
  if (found) return { rows: pathRows(purpose, found), path: found };
  if (pseudo.kind === "malformed") {
    const forms = pseudo.pseudo.forms.map(([pattern]) => pattern).join(", ");
    throw new UserError(`"${given.slice(0, 100)}" is not a field of topvalues: write ${forms}.`);
  }
  const names = pseudoOf(purpose).flatMap((entry) => entry.names);
  throw unknownField(purpose, given, names);
}

/** A raw path (spec ivre §4). */
export function rawField(purpose: Purpose, field: string): AskedField {
  const path = findPath(purpose, field);
  if (path === null) throw notRaw(purpose, field.trim());
  return { rows: pathRows(purpose, path), path };
}

/** Whoever asks for a field of topvalues is told where it works, beside the path that means the same. */
function notRaw(purpose: Purpose, given: string): UserError {
  if (findPseudo(purpose, given).kind === "none") return unknownField(purpose, given);
  const name = given.slice(0, 100);
  const meant = synonym(purpose, given, false);
  const path = meant === null ? "" : ` Did you mean ${meant}?`;
  return new UserError(`Unknown field "${name}" of ${purpose}.${path} topvalues takes "${name}" as it is.`);
}
