/** Which records a call is about: purpose, token and query text of a query tool become one filter. */
import type { Filter } from "../filter/ast.ts";
import { and } from "../filter/combine.ts";
import { parseQuery } from "../filter/language.ts";
import { about } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import { readToken } from "./token-answer.ts";

export interface Question {
  purpose: Purpose;
  filter: Filter;
}

/**
 * @throws UserError when the token or the text is broken. That the filter has a meaning for the purpose is checked
 * where it is asked.
 */
export function question({
  purpose,
  flt,
  q,
}: {
  purpose: Purpose;
  flt: string | null;
  q: string | null;
}): Question {
  const given = [
    ...(flt ? [readToken("flt", flt)] : []),
    ...(q?.trim() ? [about("q", () => parseQuery(q))] : []),
  ];
  return { purpose, filter: and(...given) };
}
