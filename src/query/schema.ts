/**
 * What can be asked for: the catalogue and the pseudo-fields, in the shape of spec ivre §6.5, and beside them what IVRE
 * lacks: the structured fields that this database holds, and examples of values.
 */
import { about } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import type { QueryContext } from "./context.ts";
import { fieldsOf } from "./fields.ts";
import { KNOWN_INFOS } from "./infos-path.ts";
import { askedPath, checkMember } from "./member-check.ts";
import { bare, findPath, unknownField } from "./path.ts";
import { pseudoOf } from "./pseudo.ts";
import { KNOWN_KEYS } from "./scripts.ts";
import { type Structured, type StructuredField, structuredFields } from "./structured.ts";

export interface Schema {
  fields: { path: string; type: string; description: string }[];
  pseudo_fields: { pattern: string; description: string }[];
}

/** What is not in the catalogue: every script and every kind of observation has members of its own. */
const MEMBERS = {
  host: {
    path: "ports[].scripts[].<key>.<path>",
    type: "any",
    description:
      "Structured output of a script under its name (vulns for vulnerability scripts, ls for file lists)",
  },
  passive: {
    path: "infos.<path>",
    type: "any",
    description: "Whatever else was parsed from the value, as client.raw (JA3S), os (P0FV3_SYN, SMB), realm",
  },
};

/** How IVRE publishes what the catalogue has in another form; both are the same to a question. */
const PUBLISHED: Readonly<Record<string, readonly { path: string; type: string; description: string }[]>> = {
  "categories[]": [{ path: "categories", type: "array[string]", description: "Categories given at import" }],
  "addresses.<type>": [
    { path: "addresses.mac[]", type: "string", description: "MAC addresses" },
    {
      path: "addresses.<type>",
      type: "array[string]",
      description: "Additional addresses of a type (mac, ipv4, ipv6), as one array",
    },
  ],
};

/** The paths of records and the fields of topvalues that work for a purpose. */
export function describeSchema(purpose: Purpose): Schema {
  return {
    fields: [
      ...fieldsOf(purpose).flatMap(
        ({ path, type, description }) => PUBLISHED[path] ?? [{ path, type, description }],
      ),
      purpose === "passive" ? MEMBERS.passive : MEMBERS.host,
    ],
    pseudo_fields: pseudoOf(purpose).flatMap(({ forms }) =>
      forms.map(([pattern, description]) => ({ pattern, description })),
    ),
  };
}

export interface SchemaOptions {
  /** Only this field and what lies below it; a script or a member of infos may be named alone. */
  field?: string | null;
}

export interface DataSchema extends Schema {
  structured: Structured;
}

/**
 * The part of the schema that is asked for, with the structured fields that the asker may see.
 * @throws UserError for a field that is none, naming the nearest.
 */
export async function describeData(
  ctx: QueryContext,
  purpose: Purpose,
  { field = null }: SchemaOptions = {},
): Promise<DataSchema> {
  const schema = describeSchema(purpose);
  const asked = field?.trim() ?? "";
  if (asked === "") return { ...schema, structured: await structuredFields(ctx, purpose) };
  const roots = rootsOf(purpose, asked);
  const below = (path: string): boolean =>
    roots.some((root) => bare(path) === root || bare(path).startsWith(`${root}.`));
  const name = asked.split(/[.:[<]/)[0]!;
  const fields = schema.fields.filter(({ path }) => below(path));
  const pseudo_fields = schema.pseudo_fields.filter(({ pattern }) => pattern.split(/[.:[<]/)[0] === name);
  const structured = await structuredFields(ctx, purpose, keyOf(purpose, roots));
  const part = { fields, pseudo_fields, structured: only(structured, below) };
  if (fields.length + pseudo_fields.length + part.structured.fields.length === 0)
    await refuse(ctx, purpose, asked);
  return part;
}

/** The paths that a text may mean. */
function rootsOf(purpose: Purpose, asked: string): string[] {
  const text = bare(asked);
  if (purpose === "passive") return [text, `infos.${text}`];
  return [text, `ports.${text}`, `ports.scripts.${text}`];
}

/** The one script that is asked about; null when there may be several. */
function keyOf(purpose: Purpose, roots: readonly string[]): string | null {
  if (purpose === "passive" || roots.some((root) => root === "ports" || root === "ports.scripts"))
    return null;
  for (const root of roots) {
    const path = findPath(purpose, root);
    if (path?.kind === "script") return path.key;
  }
  return null;
}

function only(structured: Structured, below: (path: string) => boolean): Structured {
  return { ...structured, fields: structured.fields.filter(({ path }) => below(path)) };
}

/** @throws UserError unless it is only the data that has none of the field. */
async function refuse(ctx: QueryContext, purpose: Purpose, asked: string): Promise<void> {
  const names = [
    ...pseudoOf(purpose).flatMap((pseudo) => pseudo.names),
    ...(purpose === "passive" ? KNOWN_INFOS : KNOWN_KEYS),
  ];
  const path = about("field", () => {
    const found = findPath(purpose, asked);
    if (found === null) throw unknownField(purpose, asked, names);
    return found;
  });
  await checkMember(ctx, purpose, askedPath(purpose, path), "field");
}

/** How `structured` counts: what the purpose has records of. */
export function structuredEntry(
  purpose: Purpose,
  { path, type, records }: StructuredField,
): { path: string; type: string; hosts: number } | { path: string; type: string; records: number } {
  return purpose === "passive" ? { path, type, records } : { path, type, hosts: records };
}

/** The paths whose values can be shown one by one. */
export function exemplary(fields: readonly { path: string; type: string }[]): string[] {
  return fields
    .filter(({ path, type }) => type !== "object" && type !== "binary" && !path.includes("<"))
    .map(({ path }) => path);
}
