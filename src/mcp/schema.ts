/**
 * The JSON Schemas that `tools/list` shows, made from zod once at start. Whatever says nothing is left out:
 * a client pays for every word in every conversation.
 */
import { z } from "zod";
import type { Json } from "../model/json.ts";
import type { Tool } from "./define.ts";

/** The part of JSON Schema that our parameters use. */
export type ParameterSchema = {
  type?: string;
  enum?: string[];
  const?: string;
  default?: Json;
  description?: string;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: ParameterSchema;
  anyOf?: ParameterSchema[];
};

// Type aliases, not interfaces: only those are assignable to the SDK's open JSON types.
export type ObjectSchema = {
  type: "object";
  properties: Record<string, ParameterSchema>;
  required?: string[];
};

/** Schema of the arguments as the client sends them. */
export function inputSchema(tool: Tool): ObjectSchema {
  const schema = slim(z.object(tool.input));
  for (const [name, parameter] of Object.entries(schema.properties)) {
    const { type, ...others } = parameter;
    // One form for "this or that", IVRE's: some clients do not read lists of types.
    if (Array.isArray(type)) {
      schema.properties[name] = { anyOf: type.map((one) => ({ type: one })), ...others };
    }
  }
  return schema;
}

/** Schema of `structuredContent`; undefined when the tool gives none. */
export function outputSchema(tool: Tool): ObjectSchema | undefined {
  if (tool.output === null) return undefined;
  return slim(
    z.object({
      result: tool.output,
      ...(tool.lists && { total: z.int(), returned: z.int() }),
      ...((tool.lists || tool.reads) && { truncated: z.boolean().optional() }),
      ...(tool.lists && { next: z.record(z.string(), z.unknown()).optional() }),
      ...(tool.reads && { as_of: z.string().nullable() }),
    }),
  );
}

function slim(schema: z.ZodType): ObjectSchema {
  const json = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // What zod says of every integer and every record.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      delete jsonSchema.propertyNames;
      if (isEmpty(jsonSchema.additionalProperties)) delete jsonSchema.additionalProperties;
    },
  });
  delete json.$schema;
  // zod's own type is the whole of JSON Schema; of an object schema it is at least this.
  return json as unknown as ObjectSchema;
}

function isEmpty(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && Object.keys(schema).length === 0;
}
