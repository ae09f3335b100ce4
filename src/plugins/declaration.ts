/** What a plugin says of itself, checked as a whole before any of it is used. */
import type { Factory, FilterTool, Importer, Plugin, Resource, Tool } from "gadwall";
import { z } from "zod";
import { UserError } from "../model/errors.ts";
import { clean } from "../model/text.ts";
import { sentenceOf } from "../model/thrown.ts";
import { API_VERSION } from "./api.ts";
import { catchPromises } from "./promises.ts";

/** A function; that it is of this type cannot be seen, so what it gives is checked where it is called. */
const code = <T extends (...args: never[]) => unknown>() =>
  z.custom<T>((value) => typeof value === "function", "must be a function");

const isSchema = (value: unknown): boolean => value instanceof z.ZodType;

const shape = z.custom<z.ZodRawShape>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every(isSchema) &&
    // As readArguments and JSON have them; no accident of prototypes.
    Object.keys(value).every((name) => /^[a-z][a-z0-9_]{0,63}$/.test(name)),
  "must be an object of zod schemas, with names in lower case",
);

/** One line, as clients show it. */
const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => clean(text) === text && !/[\n\t]/.test(text), "must be one line of plain text");

const toolName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{1,63}$/, "must be a name in lower case, such as find_printers");

const example = z.record(z.string(), z.json());

const described = { name: toolName, title: line(100), description: line(1000), input: shape, example };

const tool = z.strictObject({
  ...described,
  output: z.custom<z.ZodType>(isSchema, "must be a zod schema"),
  lists: z.boolean().optional(),
  reads: z.boolean().optional(),
  annotations: z.strictObject({
    readOnlyHint: z.boolean(),
    destructiveHint: z.boolean().optional(),
    idempotentHint: z.boolean().optional(),
    openWorldHint: z.boolean().optional(),
  }),
  handler: code<Tool["handler"]>(),
}) satisfies z.ZodType<Tool>;

const filter = z.strictObject({
  ...described,
  input: shape.refine((input) => !Object.hasOwn(input, "purpose"), "purpose is there already"),
  build: code<FilterTool["build"]>(),
}) satisfies z.ZodType<FilterTool>;

/** Schemes of addresses that are ours, now or later, or mean something to clients. */
const TAKEN =
  /^(?:gadwall|ivre|about|blob|chrome|data|file|ftp|git|https?|javascript|mailto|sftp|ssh|tel|ui|view-source|wss?):/;

const resource = z.strictObject({
  uri: z
    .string()
    .max(200)
    .regex(/^[a-z][a-z0-9+.-]*:[!-~]+$/, "must be an address such as acme://guides/naming")
    .refine((uri) => !TAKEN.test(uri), "must be of a scheme of your own"),
  name: line(100),
  title: line(100),
  description: line(1000),
  mimeType: z.enum(["text/markdown", "text/plain", "application/json"]),
  read: code<Resource["read"]>(),
}) satisfies z.ZodType<Resource>;

const importer = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{1,31}$/, "must be a name in lower case, such as acme-csv"),
  sniff: code<Importer["sniff"]>(),
  parse: code<Importer["parse"]>(),
}) satisfies z.ZodType<Importer>;

/** Strict: a misspelled `access` must not go unnoticed. */
const declaration = z.strictObject({
  api: z.literal(API_VERSION),
  tools: z.array(tool).max(100).optional(),
  filters: z.array(filter).max(100).optional(),
  resources: z.array(resource).max(100).optional(),
  importers: z.array(importer).max(100).optional(),
  access: code<NonNullable<Plugin["access"]>>().optional(),
}) satisfies z.ZodType<Plugin>;

/** @throws UserError when a module has no function for its default export. */
export function readFactory(module: { default?: unknown }): Factory {
  if (typeof module.default !== "function")
    throw new UserError("its default export is no function: export default (api) => ({ api: 1, … })");
  return module.default as Factory;
}

/** @throws UserError that says what is wrong with it. */
export function readDeclaration(given: unknown): Plugin {
  if (typeof given !== "object" || given === null)
    throw new UserError("its function gives no object: export default (api) => ({ api: 1, … })");
  const { api } = given as { api?: unknown };
  if (typeof api === "number" && api !== API_VERSION)
    throw new UserError(
      `it was written for version ${api} of the plugin interface, and this gadwall has version ${API_VERSION}`,
    );
  const parsed = declaration.safeParse(given);
  if (parsed.success) return parsed.data;
  // Whatever they will be: nobody awaits them any more.
  const promised = catchPromises(given) ? " (a promise must be awaited first)" : "";
  const where = parsed.error.issues[0]!.path.length === 0 ? "the plugin: " : "";
  throw new UserError(`${where}${sentenceOf(parsed.error)}${promised}`);
}
