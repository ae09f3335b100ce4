import { z } from "zod";
import { defineTool } from "../define.ts";
import { anyPurpose, filterParameters, optionalTexts } from "../parameters.ts";
import { question } from "../question.ts";

/** Most records of one answer, as in IVRE (spec §5): what is asked beyond is fetched with `skip`. */
const MOST = 100;

export default defineTool({
  name: "get",
  title: "Get records",
  description: "Records that match. They are large: name the fields you need.",
  input: {
    purpose: anyPurpose,
    ...filterParameters,
    limit: z.int().default(10).describe(`1 to ${MOST}`),
    skip: z.int().min(0).default(0),
    sort: optionalTexts.describe('Paths; "-openports.count" = largest first'),
    fields: optionalTexts.describe("Paths to return, such as addr, ports.port; null = all"),
  },
  output: z.array(z.record(z.string(), z.unknown())),
  lists: true,
  reads: true,
  example: { purpose: "view", q: "port:443", fields: ["addr", "ports.port"] },
  async handler(args, { read }) {
    const { purpose, filter } = question(args);
    const { get } = await import("../../query/get.ts");
    const { whyNothing } = await import("../../query/hints.ts");
    const { skip } = args;
    const { records, total, hint } = await read(async (query) => {
      const page = await get(query, purpose, filter, {
        limit: Math.min(Math.max(args.limit, 1), MOST),
        skip,
        sort: args.sort ?? undefined,
        fields: args.fields ?? undefined,
      });
      return { ...page, hint: page.total === 0 ? await whyNothing(query, purpose, filter) : null };
    });
    return {
      result: records,
      total,
      hint,
      skipped: skip,
      rest: (returned) => ({
        next: { skip: skip + returned },
        advice: `continue with skip: ${skip + returned}, or ask for fewer fields`,
      }),
    };
  },
});
