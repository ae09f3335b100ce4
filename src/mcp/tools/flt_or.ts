import { z } from "zod";
import { or } from "../../filter/combine.ts";
import { defineTool } from "../define.ts";
import { anyPurpose } from "../parameters.ts";
import { readToken, tokenAnswer } from "../token-answer.ts";

export default defineTool({
  name: "flt_or",
  title: "Either filter",
  description: "At least one of the filters holds.",
  input: { purpose: anyPurpose, flt1: z.string(), flt2: z.string() },
  output: z.string(),
  example: { purpose: "view", flt1: "<token>", flt2: "<token>" },
  handler: ({ purpose, flt1, flt2 }) =>
    tokenAnswer(or(readToken("flt1", flt1), readToken("flt2", flt2)), purpose),
});
