import { z } from "zod";
import { LIST_FORMATS } from "../../feeds/list-formats.ts";
import { amount } from "../../model/amount.ts";
import { about, aboutLater } from "../../model/errors.ts";
import { defineTool } from "../define.ts";

/** Members of the list that fit an answer, and characters of it. */
const MOST = 1500;
const ROOM = 24_000;

/** Reads the feeds only, so no access scope applies. */
export default defineTool({
  name: "compose_feeds",
  title: "Put threat feeds together",
  description:
    "Addresses of a set expression over feeds: how many, what each subtraction removed, and the list.",
  input: {
    expression: z
      .string()
      .describe(
        "Names with | (either), & (both), - (but not) as separate words, ( ), and -private -bogons -critical: (dshield | feodo) - tor_exits -private",
      ),
    format: z.enum(LIST_FORMATS).default("cidr"),
    limit: z.int().min(0).max(MOST).default(100),
    skip: z.int().min(0).default(0),
  },
  output: z
    .object({ addresses: z.union([z.int(), z.string()]), list: z.array(z.string()), list_total: z.int() })
    .loose(),
  reads: "feeds",
  example: { expression: "spamhaus_drop | dshield -private" },
  async handler({ expression, format, limit, skip }, { read }) {
    const { compose } = await import("../../feeds/compose.ts");
    const { parseExpression } = await import("../../feeds/expression.ts");
    const { composedJson, partOf } = await import("../../feeds/answers.ts");
    about("expression", () => parseExpression(expression));
    const composed = await read((query) =>
      aboutLater("expression", () => compose(query, expression, new Date())),
    );
    const { list, total } = partOf(composed.ranges, { format, limit, skip, room: ROOM });
    const end = skip + list.length;
    const { notRedistributable, subtractions } = composed;
    const hints = [
      ...new Set(subtractions.flatMap(({ lacking }) => lacking ?? [])),
      ...(notRedistributable.length > 0
        ? [
            `not to be passed on: the terms of ${notRedistributable.map(({ name }) => name).join(", ")} forbid it`,
          ]
        : []),
      ...(skip > 0 && skip >= total
        ? [`skip ${skip} is behind the last of ${amount(total, "member")} of the list`]
        : []),
    ];
    return {
      result: { ...composedJson(composed), list, list_total: total },
      cut: end < total ? `list: ${skip + 1} to ${end} of ${total}, ask with skip ${end} for more` : null,
      hint: hints.join("\n") || null,
    };
  },
});
