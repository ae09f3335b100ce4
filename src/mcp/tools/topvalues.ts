import { z } from "zod";
import { UserError } from "../../model/errors.ts";
import { defineTool } from "../define.ts";
import { anyPurpose, filterParameters, optionalTexts, sum } from "../parameters.ts";
import { question } from "../question.ts";

/** More rows than this do not fit an answer, however short they are. */
const MOST = 1500;

export default defineTool({
  name: "topvalues",
  title: "Most frequent values",
  description:
    "Most frequent values of a field, or of several fields together, among the records that match, with counts.",
  input: {
    purpose: anyPurpose,
    field: z
      .string()
      .optional()
      .describe(
        "service, product, version (each also :443 or :ssh), version:ssh:OpenSSH, port, port:open, portlist:open, " +
          "countports:open, country, city, as, net:24, addr, os, devicetype, cpe, domains:2, script, script:http-title, " +
          "tag, tag.value, tag:Vulnerable, vulns.id, hop, category, source; passive: recontype, source, value, domains:2, useragent, hassh, cert.issuer_text; " +
          "more and all paths: describe_schema",
      ),
    fields: optionalTexts.describe(
      'Instead of field, to count their values together: ["port:open", "product"]',
    ),
    ...filterParameters,
    topnbr: z.int().min(1).default(10).describe("How many values"),
    sum,
  },
  output: z.array(z.object({ value: z.unknown(), count: z.int() })),
  lists: true,
  reads: true,
  example: { purpose: "view", field: "product:443" },
  async handler(args, { read }) {
    const { purpose, filter } = question(args);
    const field = asked(args);
    const { topvalues } = await import("../../query/topvalues.ts");
    const limit = Math.min(args.topnbr, MOST);
    const { whyNothing } = await import("../../query/hints.ts");
    const { rows, total, hint } = await read(async (query) => {
      const top = await topvalues(query, purpose, filter, { field, limit, sum: args.sum });
      return { ...top, hint: top.total === 0 ? await whyNothing(query, purpose, filter, field) : null };
    });
    return {
      result: rows.map(({ value, count }) => ({ value, count })),
      total,
      hint,
      rest: (returned) =>
        returned < limit
          ? { advice: "the answer is full, narrow the filter to see others" }
          : {
              next: { topnbr: Math.min(total, MOST) },
              advice: "ask with a larger topnbr, or narrow the filter",
            },
    };
  },
});

/** The one field, or the several. */
function asked({
  field,
  fields,
}: {
  field?: string | undefined;
  fields: string[] | null;
}): string | string[] {
  if (field !== undefined && fields === null) return field;
  if (field === undefined && fields !== null) return fields;
  throw new UserError(
    'topvalues takes either field, such as "product:443", or fields, such as ["port:open", "product"].',
    { argument: fields === null ? "field" : "fields" },
  );
}
