/** Which records a call is about: purpose, token and query text of a query tool become one filter. */
import type { Filter } from "../filter/ast.ts";
import { and } from "../filter/combine.ts";
import { parseQuery } from "../filter/language.ts";
import { decodeToken } from "../filter/token.ts";
import type { Purpose } from "../model/purpose.ts";

export interface Question {
  purpose: Purpose;
  filter: Filter;
}

/**
 * @throws UserError when the token or the text is broken. That the filter has a meaning for the purpose is checked
 * where it is asked.
 */
export function question(args: { purpose: Purpose; flt: string | null; q: string | null }): Question {
  const given = [
    ...(args.flt ? [decodeToken(args.flt)] : []),
    ...(args.q?.trim() ? [parseQuery(args.q)] : []),
  ];
  return { purpose: args.purpose, filter: and(...given) };
}
