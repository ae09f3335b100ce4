/** The statement that a question becomes, for `--explain`. */
import type { Filter } from "../filter/ast.ts";
import type { SqlText } from "../filter/sqltext.ts";
import type { Purpose } from "../model/purpose.ts";
import { pureCondition } from "./context.ts";
import { checkSum, countSql } from "./count.ts";
import { distinctSql } from "./distinct.ts";
import { rawField, topFields } from "./field.ts";
import { pageSql } from "./get.ts";
import { topvaluesSql } from "./topvalues.ts";

export interface ExplainOptions {
  field?: string | readonly string[];
  limit?: number | null;
  skip?: number;
  sort?: readonly string[];
  sum?: boolean | undefined;
}

/**
 * The SQL and parameters of a question without access scope. For `get` it is the statement that chooses the
 * records: their parts are then read table by table.
 * @throws UserError as the question itself would.
 */
export function explain(
  kind: "count" | "get" | "topvalues" | "distinct",
  purpose: Purpose,
  filter: Filter,
  options: ExplainOptions = {},
): SqlText {
  const records = pureCondition(purpose, filter);
  const limit = options.limit ?? null;
  switch (kind) {
    case "count":
      checkSum(purpose, options.sum);
      return countSql(purpose, records, options);
    case "get":
      return pageSql(purpose, records, { limit, skip: options.skip ?? 0, sort: options.sort });
    case "topvalues":
      checkSum(purpose, options.sum);
      return topvaluesSql(purpose, topFields(purpose, options.field ?? "").rows, records, {
        limit,
        sum: options.sum,
      });
    case "distinct":
      return distinctSql(
        purpose,
        rawField(purpose, [options.field ?? ""].flat().join()).rows,
        records,
        limit || null,
      );
  }
}
