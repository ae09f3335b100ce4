/** From the field of a question to its rows: pseudo-field, catalogue path, or an error that names the nearest. */
import { about, UserError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { Purpose } from "../model/purpose.ts";
import { type AskedRows, combine } from "./combine.ts";
import { fieldsOf } from "./fields.ts";
import type { Asked } from "./member-check.ts";
import { bare, findPath, pathRows, unknownField } from "./path.ts";
import { findPseudo, pseudoOf } from "./pseudo.ts";
import type { Pseudo } from "./pseudo-field.ts";
import type { Rows } from "./row-types.ts";
import { isModelled } from "./script-members.ts";
import { synonym } from "./synonyms.ts";

export interface AskedField extends Asked {
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
): { rows: Rows; fields: AskedField[] } {
  const fields =
    typeof asked === "string" ? [topField(purpose, asked)] : about("fields", () => all(purpose, asked));
  return typeof asked === "string"
    ? { rows: fields[0]!.rows, fields }
    : { rows: combine(purpose, fields), fields };
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
  const text = field.trim();
  const pseudo = findPseudo(purpose, text);
  if (pseudo.kind === "rows") {
    const { rows, argument } = pseudo;
    return { text, path: null, rows, spellings: spellingsOf(pseudo.pseudo), argument };
  }
  const path = findPath(purpose, text);
  if (path) return { text, path, rows: pathRows(purpose, path), argument: null };
  if (pseudo.kind === "malformed") throw malformed(purpose, text, pseudo.pseudo);
  throw unknownTop(purpose, text);
}

function spellingsOf({ names, spellings = [] }: Pseudo): string[] {
  return names.flatMap((name) => spellings.map((rest) => `${name}${rest}`));
}

/** A known name in a form that it does not have: the nearest that it has, or all of them. */
function malformed(purpose: Purpose, text: string, pseudo: Pseudo): UserError {
  const spellings = spellingsOf(pseudo);
  const below = fieldsOf(purpose).map((field) => bare(field.path));
  const inside = below.filter((path) => pseudo.names.some((name) => path.startsWith(`${name}.`)));
  const near = pseudo.names.includes(text)
    ? spellings.slice(0, 3)
    : nearest(text, [...spellings, ...inside]).filter((name) => !text.startsWith(name));
  const forms = pseudo.forms.map(([pattern]) => pattern).join(", ");
  const examples = spellings.length === 0 ? "" : `, for example ${spellings.slice(0, 3).join(" or ")}`;
  const meant = synonym(purpose, text, true);
  if (meant !== null && !near.includes(meant)) near.unshift(meant);
  const advice = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : ` Write ${forms}${examples}.`;
  return new UserError(`"${text.slice(0, 100)}" is not a field of topvalues of ${purpose}.${advice}`);
}

/** The name before the first dot or colon may be what is wrong: `prodct:443`, `crt.subject`. */
function unknownTop(purpose: Purpose, text: string): UserError {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length > 1 && isTopField(purpose, parts[0]!))
    return new UserError(
      `"${text.slice(0, 100)}" is not one field: several are a list, for example ${JSON.stringify(parts).slice(0, 200)}.`,
    );
  const lower = text.toLowerCase();
  const [, head = "", rest = ""] = /^([^.:>]*)([\s\S]*)$/.exec(text) ?? [];
  const names = pseudoOf(purpose).flatMap((entry) => entry.names);
  const meant = isTopField(purpose, lower)
    ? [lower]
    : (rest === "" ? [] : nearest(head, names))
        .map((name) => `${name}${rest}`)
        .filter((candidate) => isTopField(purpose, candidate));
  const usual = unknownField(purpose, text, [...names, ...pseudoOf(purpose).flatMap(spellingsOf)]);
  if (meant.length === 0 || (lower === text && usual.message.includes("Did you mean"))) return usual;
  return new UserError(
    `Unknown field "${text.slice(0, 100)}" of ${purpose}. Did you mean ${meant.join(" or ").slice(0, 200)}?`,
  );
}

function isTopField(purpose: Purpose, text: string): boolean {
  try {
    return findPseudo(purpose, text).kind === "rows";
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** A raw path (spec ivre §4). */
export function rawField(purpose: Purpose, field: string): AskedField {
  const path = findPath(purpose, field);
  if (path === null)
    return about("field", () => {
      throw notRaw(purpose, field.trim());
    });
  return { text: path.text, path, rows: pathRows(purpose, path), argument: null };
}

/** Whoever asks for a field of topvalues is told where it works, beside the path that means the same. */
function notRaw(purpose: Purpose, given: string): UserError {
  const pseudo = findPseudo(purpose, given);
  if (pseudo.kind === "none") return unknownField(purpose, given);
  const path =
    synonym(purpose, given, false) ?? (pseudo.kind === "rows" ? pathOf(purpose, pseudo.rows) : null);
  if (path === null && pseudo.kind === "malformed") return unknownField(purpose, given);
  const meant = path === null ? "" : ` Did you mean ${path}?`;
  const asIs =
    pseudo.kind === "rows" && isKnown(pseudo.rows)
      ? ` topvalues takes "${given.slice(0, 100)}" as it is.`
      : "";
  return new UserError(`Unknown field "${given.slice(0, 100)}" of ${purpose}.${meant}${asIs}`);
}

/** The path into structured output that a pseudo-field stands for, null when for none. */
function pathOf(purpose: Purpose, { place }: Rows): string | null {
  if (place.at !== "source" || place.source.shape === null) return null;
  const inner = place.inside.paths.at(-1)!;
  return [...(purpose === "passive" ? [] : ["ports.scripts"]), place.source.shape.root, ...inner].join(".");
}

/** Whether nothing of a field is for the data to know. */
function isKnown({ place }: Rows): boolean {
  return (
    place.at !== "source" ||
    place.source.shape === null ||
    place.inside.paths.every((path) => path.length === 0 || isModelled(place.source.members, path))
  );
}
