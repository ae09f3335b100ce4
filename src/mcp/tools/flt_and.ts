import { z } from "zod";
import { and } from "../../filter/combine.ts";
import { defineTool } from "../define.ts";
import { anyPurpose } from "../parameters.ts";
import { readToken, tokenAnswer } from "../token-answer.ts";

export default defineTool({
  name: "flt_and",
  title: "Both filters",
  description: "Both filters hold, independently of each other.",
  input: { purpose: anyPurpose, flt1: z.string(), flt2: z.string() },
  output: z.string(),
  example: { purpose: "view", flt1: "<token>", flt2: "<token>" },
  handler: ({ purpose, flt1, flt2 }) =>
    tokenAnswer(and(readToken("flt1", flt1), readToken("flt2", flt2)), purpose),
});
