import { z } from "zod";
import { not } from "../../filter/combine.ts";
import { defineTool } from "../define.ts";
import { anyPurpose } from "../parameters.ts";
import { readToken, tokenAnswer } from "../token-answer.ts";

export default defineTool({
  name: "flt_not",
  title: "Not the filter",
  description: "Every record for which the filter does not hold.",
  input: { purpose: anyPurpose, flt: z.string() },
  output: z.string(),
  example: { purpose: "view", flt: "<token>" },
  handler: ({ purpose, flt }) => tokenAnswer(not(readToken("flt", flt)), purpose),
});
