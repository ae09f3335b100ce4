import { EVERYTHING } from "../access/scope.ts";
import { ALL, type Filter } from "../filter/ast.ts";
import { checkFor } from "../filter/check.ts";
import type { SqlText } from "../filter/compile.ts";
import { parseQuery } from "../filter/language.ts";
import { decodeToken } from "../filter/token.ts";
import { about } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import type { QueryContext } from "../query/context.ts";
import { once, type QuestionArgs } from "./question.ts";
import { readStore } from "./read-store.ts";
import { note, stdout } from "./terminal.ts";

/** The filter of a question: its words and its token, both of which must hold. */
export function filterOf(args: QuestionArgs): Filter {
  const words = args.query ?? [];
  const token = once("flt", args.flt);
  const parts: Filter[] = [];
  if (words.length > 0) parts.push(parseQuery(words));
  if (token !== undefined) parts.push(about("flt", () => decodeToken(token)));
  const filter: Filter = parts.length === 0 ? ALL : parts.length === 1 ? parts[0]! : { k: "and", of: parts };
  checkFor(filter, args.purpose);
  return filter;
}

/** Asks the database a question that may see everything: who can read the file can read all of it. */
export function ask<T>(
  args: { readonly [option: string]: unknown },
  question: (context: QueryContext) => Promise<T>,
): Promise<T> {
  return readStore(args, ({ connection }) => question({ connection, scope: EVERYTHING }));
}

/** After an answer of nothing: says why, where a reason is known. */
export async function noteWhyNothing(
  context: QueryContext,
  purpose: Purpose,
  filter: Filter,
  field?: string | readonly string[],
): Promise<void> {
  const { whyNothing } = await import("../query/hints.ts");
  const why = await whyNothing(context, purpose, filter, field);
  if (why !== null) note(why);
}

/** Prints what would be asked: the SQL, then its parameters in order. */
export async function printExplanation({ sql, parameters }: SqlText): Promise<void> {
  await stdout.line(sql);
  for (const [i, parameter] of parameters.entries())
    await stdout.line(
      `-- ?${i + 1} = ${typeof parameter === "string" ? JSON.stringify(parameter) : String(parameter)}`,
    );
}
