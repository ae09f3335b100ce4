/**
 * Checking of arguments, ours rather than the SDK's so that a refusal is one sentence an agent can act on.
 * Clients send numbers as texts, lists as JSON texts and null for "not given": what is meant is taken.
 */
import { UserError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import { cap, clean } from "../model/text.ts";
import { exampleOf } from "./argument-examples.ts";
import type { Listed } from "./catalogue.ts";
import type { Tool } from "./define.ts";
import { DEEPEST, isDeeperThan } from "./nesting.ts";
import type { ParameterSchema } from "./schema.ts";

/**
 * The arguments as the tool's handler takes them: checked, defaults filled in.
 * @throws UserError naming the argument, what it may be, and an example
 */
export async function readArguments(
  { tool, definition, parser }: Listed,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { properties } = definition.inputSchema;
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (parameter === undefined) throw new UserError(unknownArgument(tool, name, Object.keys(properties)));
    const meant = coerce(tool.meant === undefined ? value : tool.meant(name, value), parameter);
    // What looks at it next is recursive.
    if (isDeeperThan(meant, DEEPEST))
      throw new UserError(
        `argument "${name}" of ${tool.name} must not be nested in more than ${DEEPEST} levels${forExample(tool, name)}`,
      );
    // zod drops it without a word, and with it a condition of searchscript.
    if (typeof meant === "object" && meant !== null && Object.hasOwn(meant, "__proto__"))
      throw new UserError(
        `argument "${name}" of ${tool.name} cannot hold a member called "__proto__"${forExample(tool, name)}`,
      );
    if (meant !== undefined) values[name] = meant;
  }
  // Plugins may refine theirs with a promise.
  const parsed = await parser.safeParseAsync(values);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]!.path[0]);
  const parameter = properties[name]!;
  if (!Object.hasOwn(values, name)) throw new UserError(missingArgument(tool, name));
  const length = wrongLength(name, values[name], parameter);
  if (length !== null)
    throw new UserError(`argument "${name}" of ${tool.name} must be ${length}${forExample(tool, name)}`);
  const must = `argument "${name}" of ${tool.name} must be ${describe(parameter)}, not ${quote(given[name])}`;
  const advice = meantValue(given[name], parameter) || forExample(tool, name);
  throw new UserError(must + advice);
}

/**
 * What is said of arguments that were readable and yet cannot be used: the sentence of whoever found out, with the
 * name of the argument and a value that can.
 */
export function aboutArgument(tool: Tool, { message, argument }: UserError): string {
  if (argument === null || !Object.hasOwn(tool.input, argument)) return message;
  const named = message.includes(`"${argument}"`) || message.includes(`'${argument}'`);
  const sentence = named ? message : `argument "${argument}" of ${tool.name}: ${message}`;
  const shown =
    argument === "purpose" || /\bfor (?:instance|example)\b|did you mean|use purpose/i.test(sentence);
  return shown ? sentence : `${sentence.replace(/\.$/, "")}${forExample(tool, argument)}`;
}

function forExample(tool: Tool, argument: string): string {
  const example = exampleOf(tool, argument);
  return example === null ? "" : `, for example "${argument}": ${example}`;
}

/** The value as the parameter's type when its meaning is plain, else the value itself; undefined = not given. */
function coerce(value: unknown, parameter: ParameterSchema): unknown {
  const types = typesOf(parameter);
  if (value === null || value === undefined) return types.has("null") ? null : undefined;
  if (typeof value !== "string" || types.has("string")) return value;
  const text = value.trim();
  if (types.has("integer") && /^[+-]?\d{1,15}$/.test(text)) return Number(text);
  if (types.has("null") && (text === "" || text === "null")) return null;
  if (types.has("boolean") && /^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  if (types.has("array") || types.has("object")) {
    const json = parseJson(text);
    if (typeof json === "object" && json !== null) return json;
    // One word where a list of words is wanted.
    if (types.has("array")) return [value];
  }
  return value;
}

/** What the texts of a list are, by argument. */
const MEMBERS: Readonly<Record<string, string>> = { ips: "addresses", feeds: "names" };

/** What is wrong with a list of texts that are too many or too few; null when it is something else. */
function wrongLength(name: string, value: unknown, { minItems, maxItems }: ParameterSchema): string | null {
  if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) return null;
  if (minItems === undefined || maxItems === undefined) return null;
  if (value.length >= minItems && value.length <= maxItems) return null;
  const [least, most, given] = [minItems, maxItems, value.length].map((count) => count.toLocaleString("en"));
  return `${least} to ${most} ${MEMBERS[name] ?? "texts"}; you gave ${given}${name === "ips" && value.length > maxItems ? ": ask in parts" : ""}`;
}

function typesOf(parameter: ParameterSchema): Set<string> {
  return new Set([parameter, ...(parameter.anyOf ?? [])].flatMap(({ type }) => type ?? []));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How types are called in a sentence. */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a text",
  integer: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

/** What a value must be, in words. */
export function describe(parameter: ParameterSchema): string {
  const values = valuesOf(parameter);
  if (values.length > 0) return either(values.map((value) => `"${value}"`));
  return either((parameter.anyOf ?? [parameter]).map(describeType));
}

function describeType({ type = "", items, minimum, maximum }: ParameterSchema): string {
  if (type === "array" && items?.type === "string") return "a list of texts";
  const name = TYPE_NAMES[type] ?? "a value";
  if (minimum === undefined) return name;
  return maximum === undefined ? `${name} of at least ${minimum}` : `${name} from ${minimum} to ${maximum}`;
}

function valuesOf(parameter: ParameterSchema): string[] {
  return parameter.enum ?? (parameter.const === undefined ? [] : [parameter.const]);
}

function either(words: string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function meantValue(value: unknown, parameter: ParameterSchema): string {
  const near = typeof value === "string" ? nearest(value, valuesOf(parameter))[0] : undefined;
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}

function unknownArgument(tool: Tool, name: string, names: string[]): string {
  const near = nearest(name, names)[0];
  const takes = names.length === 0 ? "it takes none" : `it takes ${names.join(", ")}`;
  const meant = near === undefined ? "" : ` (did you mean "${near}"?)`;
  const example = near === undefined ? "" : forExample(tool, near);
  return `${tool.name} has no argument ${quote(name)}${meant}: ${takes}${example}`;
}

function missingArgument(tool: Tool, name: string): string {
  return `${tool.name} needs the argument "${name}", for example ${JSON.stringify(tool.example)}`;
}

/** A value of the caller's, short and on one line. */
function quote(value: unknown): string {
  return cap(clean(JSON.stringify(value) ?? String(value)), 60);
}
