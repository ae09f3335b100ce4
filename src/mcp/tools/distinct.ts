import { z } from "zod";
import { defineTool } from "../define.ts";
import { anyPurpose, filterParameters } from "../parameters.ts";
import { question } from "../question.ts";

/** More values than this do not fit an answer, however short they are. */
const MOST = 15_000;

export default defineTool({
  name: "distinct",
  title: "Different values",
  description:
    "Different values of a path (ports.scripts.id, tags.value) among the records that match, without counts.",
  input: {
    purpose: anyPurpose,
    field: z.string().describe("Path, see describe_schema"),
    ...filterParameters,
    limit: z.int().min(0).nullable().default(null).describe("How many values; null = all"),
  },
  output: z.array(z.unknown()),
  lists: true,
  reads: true,
  example: { purpose: "view", field: "ports.scripts.id" },
  async handler(args, { read }) {
    const { purpose, filter } = question(args);
    const { distinct } = await import("../../query/distinct.ts");
    // IVRE takes 0 for "no limit" as well.
    const asked = Math.min(args.limit || MOST, MOST);
    const { whyNothing } = await import("../../query/hints.ts");
    const { values, total, hint } = await read(async (query) => {
      const found = await distinct(query, purpose, filter, { field: args.field, limit: asked });
      return {
        ...found,
        hint: found.total === 0 ? await whyNothing(query, purpose, filter, args.field) : null,
      };
    });
    return {
      result: values,
      total,
      hint,
      rest: (returned) =>
        returned < asked
          ? { advice: "the answer is full, narrow the filter to see others" }
          : {
              next: { limit: Math.min(total, MOST) },
              advice: "ask with a larger limit, or narrow the filter",
            },
    };
  },
});
