/** After an answer of nothing: names of values that were asked for and that the data does not have, but nearly. */
import { ALL, type Filter, type Matcher } from "../filter/ast.ts";
import { nearest } from "../model/nearest.ts";
import type { Purpose } from "../model/purpose.ts";
import { cap, clean } from "../model/text.ts";
import type { QueryContext } from "./context.ts";
import { PORT_STATES } from "./port-names.ts";
import { findPseudo } from "./pseudo.ts";
import { segments } from "./pseudo-field.ts";
import { topvalues } from "./topvalues.ts";

/** Different values that are looked at: where there are more, nothing is said. */
const MOST_VALUES = 10_000;

/** A value that was named. */
interface Named {
  text: string;
  /** What such a value is called. */
  called: string;
  /** The field of topvalues whose values (of arrays the last one) it is compared with. */
  field: string;
  /** What it may be besides. */
  known?: readonly string[];
}

const SERVICE = { called: "service", field: "service" };
const PRODUCT = { called: "product", field: "product" };
const SCRIPT = { called: "script", field: "script" };
const TAG = { called: "tag", field: "tag.value" };
const CATEGORY = { called: "category", field: "category" };
const CPE = ["type", "vendor", "product", "version"].map((part) => ({
  called: `CPE ${part}`,
  field: `cpes.${part}`,
}));

/** What the texts behind the colon of a pseudo-field name, by its first name. */
const ARGUMENTS: Readonly<Record<string, (text: string) => Named[]>> = {
  port: (text) => [{ text, called: "port state or service", field: "service", known: PORT_STATES }],
  product: (text) => [{ text, ...SERVICE }],
  version: (text) =>
    segments(text, 2).map((part, i) => (i === 0 ? { text: part, ...SERVICE } : { text: part, ...PRODUCT })),
  script: (text) => [{ text: text.replace(/^(?:host|\d+):/, ""), ...SCRIPT }],
  tag: (text) => [{ text, ...TAG }],
  category: (text) => [{ text, ...CATEGORY }],
  cpe: (text) => segments(text, CPE.length).map((part, i) => ({ text: part, ...CPE[i]! })),
  httphdr: (text) => [{ text: text.toLowerCase(), called: "HTTP header", field: "httphdr.name" }],
  httpapp: (text) => [{ text, called: "web application", field: "ports.scripts.http-app.application" }],
};

/** The values that a field names; regular expressions and port numbers are none. */
function inField(purpose: Purpose, field: string): Named[] {
  const found = findPseudo(purpose, field.trim());
  if (found.kind !== "rows" || found.argument === null) return [];
  const { of, text } = found.argument;
  const named = Object.hasOwn(ARGUMENTS, of) ? ARGUMENTS[of]!(text) : [];
  return named.filter(({ text }) => text !== "" && !text.startsWith("/") && !/^\d+$/.test(text));
}

function exactly(matcher: Matcher | undefined, about: Omit<Named, "text">): Named[] {
  return matcher !== undefined && "is" in matcher ? [{ text: matcher.is, ...about }] : [];
}

/** The values that a condition names. */
function inCondition(leaf: Filter): Named[] {
  switch (leaf.k) {
    case "port":
      return [...exactly(leaf.service, SERVICE), ...exactly(leaf.product, PRODUCT)];
    case "script":
      return exactly(leaf.name, SCRIPT);
    case "tag":
      return exactly(leaf.value, TAG);
    case "category":
      return exactly(leaf.name, CATEGORY);
    case "cpe":
      return CPE.slice(0, 3).flatMap((about, i) => exactly([leaf.type, leaf.vendor, leaf.product][i], about));
    case "recontype":
      return exactly(leaf.name, { called: "recontype", field: "recontype" });
    case "sensor":
      return exactly(leaf.name, { called: "sensor", field: "sensor" });
    default:
      return [];
  }
}

/** The values of a field in the records that the asker may see, the most frequent first; null for too many. */
async function valuesOf(ctx: QueryContext, purpose: Purpose, field: string): Promise<string[] | null> {
  const { rows, total } = await topvalues(ctx, purpose, ALL, { field, limit: MOST_VALUES });
  if (total > MOST_VALUES) return null;
  const values = rows.map(({ value }) => (Array.isArray(value) ? value.at(-1) : value));
  return [...new Set(values.filter((value) => typeof value === "string" && value !== ""))] as string[];
}

async function sayOf(
  ctx: QueryContext,
  purpose: Purpose,
  { text, called, field, known = [] }: Named,
  ofField: boolean,
): Promise<string | null> {
  const values = await valuesOf(ctx, purpose, field);
  if (values === null) return null;
  const all = [...new Set([...values, ...known])];
  if (all.includes(text)) return null;
  const near = nearest(text, all);
  const none = `no ${called} is ${JSON.stringify(text.slice(0, 60))} here`;
  if (near.length > 0) return `${none}, the nearest: ${near.map(shown).join(", ")}`;
  return ofField && values.length > 0 ? `${none}, but ${values.slice(0, 3).map(shown).join(", ")}` : null;
}

/** Values come from whoever was scanned. */
function shown(text: string): string {
  return cap(clean(text), 60);
}

/**
 * A sentence about the first name that nothing visible has, with the nearest that there are; null when all are there
 * or nothing is near.
 * @param conditions that must all hold.
 */
export async function whyMisspelled(
  ctx: QueryContext,
  purpose: Purpose,
  conditions: readonly Filter[],
  fields: readonly string[],
): Promise<string | null> {
  for (const field of fields)
    for (const named of inField(purpose, field)) {
      const said = await sayOf(ctx, purpose, named, true);
      if (said !== null) return said;
    }
  for (const condition of conditions)
    for (const named of inCondition(condition)) {
      const said = await sayOf(ctx, purpose, named, false);
      if (said !== null) return said;
    }
  return null;
}
