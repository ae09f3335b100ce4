import { z } from "zod";
import { defineTool } from "../define.ts";
import { anyPurpose, filterParameters, sum } from "../parameters.ts";
import { question } from "../question.ts";

export default defineTool({
  name: "count",
  title: "Count records",
  description: "How many records match.",
  input: { purpose: anyPurpose, ...filterParameters, sum },
  output: z.int(),
  reads: true,
  example: { purpose: "view", q: "port:443 country:DE" },
  async handler(args, { read }) {
    const { purpose, filter } = question(args);
    const { count } = await import("../../query/count.ts");
    const { whyNothing } = await import("../../query/hints.ts");
    return read(async (query) => {
      const result = await count(query, purpose, filter, { sum: args.sum });
      return { result, hint: result === 0 ? await whyNothing(query, purpose, filter) : null };
    });
  },
});
