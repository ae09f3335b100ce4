import type { Filter } from "../filter/ast.ts";
import { checkFor } from "../filter/check.ts";
import { decodeToken, encodeToken } from "../filter/token.ts";
import { about } from "../model/errors.ts";
import type { Purpose } from "../model/purpose.ts";
import type { Answer } from "./define.ts";

/** The filter of a token that an argument holds. @throws UserError about that argument. */
export function readToken(argument: string, token: string): Filter {
  return about(argument, () => decodeToken(token));
}

/**
 * The answer of a tool that makes a filter: its token.
 * @throws UserError when the filter has no meaning for the purpose, so that it is refused here and not when used.
 */
export function tokenAnswer(filter: Filter, purpose: Purpose): Answer {
  checkFor(filter, purpose);
  return { result: encodeToken(filter) };
}
