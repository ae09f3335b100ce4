import { z } from "zod";
import { defineTool } from "../define.ts";
import { anyPurpose } from "../parameters.ts";

export default defineTool({
  name: "describe_schema",
  title: "Describe fields",
  description: "Paths of the records (for fields, sort, distinct) and further names that topvalues takes.",
  input: { purpose: anyPurpose },
  output: z.object({
    fields: z.array(z.object({ path: z.string(), type: z.string(), description: z.string() })),
    pseudo_fields: z.array(z.object({ pattern: z.string(), description: z.string() })),
  }),
  example: { purpose: "view" },
  async handler(args) {
    const { describeSchema } = await import("../../query/schema.ts");
    const { fields, pseudo_fields } = describeSchema(args.purpose);
    return {
      result: {
        fields: fields.map(({ path, type, description }) => ({ path, type, description })),
        pseudo_fields: pseudo_fields.map(({ pattern, description }) => ({ pattern, description })),
      },
    };
  },
});
