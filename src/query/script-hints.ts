/** After an answer of nothing: what is wrong with conditions on the structured output of a script. */
import type { Filter } from "../filter/ast.ts";
import { bind, name, sql } from "../filter/sqltext.ts";
import { pathSteps, readCondition, type Values } from "../filter/values.ts";
import { UserError } from "../model/errors.ts";
import type { Json } from "../model/json.ts";
import type { Purpose } from "../model/purpose.ts";
import { ask, condition, idsOf, type QueryContext } from "./context.ts";
import { count } from "./count.ts";
import { askedPath, checkMember } from "./member-check.ts";
import { findPath } from "./path.ts";

type Kind = "number" | "text";

/** Conditions that every value of a kind satisfies. */
const ANY: Readonly<Record<Kind, Json>> = { number: { $gte: -Number.MAX_VALUE }, text: { $gte: "" } };

/** The kind of value that a condition compares with, null where it is neither or several. */
function kindOf(value: Json): Kind | null {
  const condition = readCondition(value);
  const operands =
    "equals" in condition
      ? [condition.equals]
      : condition.operators.flatMap((operator) => {
          if (operator.op === "regex") return [operator.pattern];
          return operator.op === "in" ? operator.values : operator.op === "ne" ? [] : [operator.value];
        });
  const kinds = new Set(operands.map((operand) => typeof operand));
  if (kinds.size !== 1) return null;
  return kinds.has("number") ? "number" : kinds.has("string") ? "text" : null;
}

/** The key under which a script's structured output stands in the records that the asker may see. */
async function keyOf(ctx: QueryContext, purpose: Purpose, script: string): Promise<string> {
  const records = await condition(ctx, purpose, { k: "all" });
  const seen = records === null ? name("true") : sql`host_id IN (${idsOf(purpose, records)})`;
  const [row] = await ask(
    ctx,
    sql`SELECT min(key) FROM ${name(purpose)}.script WHERE id = ${bind(script)} AND ${seen}`,
  );
  return String(row?.[0] ?? script);
}

/** The sentence that an unknown path is refused with, null for one that is known. */
async function unknownPath(
  ctx: QueryContext,
  purpose: Purpose,
  key: string,
  path: string,
): Promise<string | null> {
  // Elements of lists are not told apart in the names of members.
  const named = pathSteps(path).filter((step) => !/^\d+$/.test(step));
  const found = findPath(purpose, ["ports.scripts", key, ...named].join("."));
  if (named.length === 0 || found?.kind !== "script") return null;
  try {
    await checkMember(ctx, purpose, { ...askedPath(purpose, found), text: named.join(".") });
    return null;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

async function otherKind(
  ctx: QueryContext,
  purpose: Purpose,
  script: string,
  path: string,
  value: Json,
): Promise<string | null> {
  const kind = kindOf(value);
  if (kind === null) return null;
  const other: Kind = kind === "number" ? "text" : "number";
  const has = (asked: Kind): Promise<number> =>
    count(ctx, purpose, { k: "script", name: { is: script }, values: { [path]: ANY[asked] } });
  if ((await has(kind)) > 0 || (await has(other)) === 0) return null;
  const example = other === "number" ? '{"$gte": 1024}' : '{"$regex": "^1"}';
  return `"${path.slice(0, 60)}" of ${script.slice(0, 60)} is a ${other} here, not a ${kind}: write for example {"${path.slice(0, 60)}": ${example}}`;
}

/** A sentence about the first path or value that cannot be meant so; null when nothing is wrong. */
export async function whyNoScript(
  ctx: QueryContext,
  purpose: Purpose,
  conditions: readonly Filter[],
): Promise<string | null> {
  for (const leaf of conditions) {
    if (leaf.k !== "script" || leaf.values === undefined || leaf.name === undefined) continue;
    if (!("is" in leaf.name)) continue;
    const said = await whyNoValues(ctx, purpose, leaf.name.is, leaf.values);
    if (said !== null) return said;
  }
  return null;
}

async function whyNoValues(
  ctx: QueryContext,
  purpose: Purpose,
  script: string,
  values: Values,
): Promise<string | null> {
  const key = await keyOf(ctx, purpose, script);
  for (const [path, value] of Object.entries(values)) {
    const said =
      (await unknownPath(ctx, purpose, key, path)) ?? (await otherKind(ctx, purpose, script, path, value));
    if (said !== null) return said;
  }
  return null;
}
