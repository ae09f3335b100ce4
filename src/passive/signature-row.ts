/** One signature of our own. */
import type { Fields } from "./template.ts";

/** Where a text was seen: in HTTP's Server header, as SSH's identification, or as the first bytes of a server. */
export type Seen = "http-server" | "ssh" | "banner";

/** One row. `$1` … in the texts are the groups of the pattern; a text whose group took no part is left out. */
export interface Signature extends Partial<Fields> {
  service: string;
  pattern: RegExp;
}

/** The rows of one service. */
export function rows(
  service: string,
  table: readonly (readonly [pattern: RegExp, fields: Partial<Fields>])[],
): Signature[] {
  return table.map(([pattern, fields]) => ({ service, pattern, ...fields }));
}
