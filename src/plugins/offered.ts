/** Tools of plugins as clients see them, with what shows only when one is put together. */
import { readArguments } from "../mcp/arguments.ts";
import { type Listed, listed } from "../mcp/catalogue.ts";
import type { Tool } from "../mcp/define.ts";
import { inputSchema } from "../mcp/schema.ts";
import { UserError } from "../model/errors.ts";
import { sentenceOf } from "../model/thrown.ts";

/** @throws UserError when clients could not be told what it takes or gives, or its example is no call of it. */
export async function offered(tool: Tool): Promise<Listed> {
  for (const [name, schema] of Object.entries(tool.input))
    told(`the argument ${name} of ${tool.name}`, () => inputSchema({ ...tool, input: { [name]: schema } }));
  const whole = told(`the output of ${tool.name}`, () => listed(tool));
  if (tool.lists && whole.definition.outputSchema?.properties.result?.type !== "array")
    throw new UserError(`${tool.name} says "lists", so its output must be api.z.array(…)`);
  try {
    await readArguments(whole, tool.example);
  } catch (error) {
    throw new UserError(`the example of ${tool.name} is no valid call: ${sentenceOf(error)}`);
  }
  return whole;
}

function told<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new UserError(`clients cannot be told ${what}: ${sentenceOf(error)}`);
  }
}
