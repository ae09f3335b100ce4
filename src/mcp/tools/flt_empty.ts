import { z } from "zod";
import { ALL } from "../../filter/ast.ts";
import { defineTool } from "../define.ts";
import { anyPurpose } from "../parameters.ts";
import { tokenAnswer } from "../token-answer.ts";

export default defineTool({
  name: "flt_empty",
  title: "No filter",
  description: "Every record.",
  input: { purpose: anyPurpose },
  output: z.string(),
  example: { purpose: "view" },
  handler: ({ purpose }) => tokenAnswer(ALL, purpose),
});
