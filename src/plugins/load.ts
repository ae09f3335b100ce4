/** Loading plugins: one that fails is left out and named, unless it was to restrict who sees what. */
import { realpathSync } from "node:fs";
import { extname } from "node:path";
import type { Plugin } from "gadwall";
import type { AccessScope } from "../access/scope.ts";
import type { Identity } from "../accounts/identity.ts";
import { FORMATS, type Format } from "../ingest/formats.ts";
import { type Catalogue, type Listed, OWN } from "../mcp/catalogue.ts";
import type { ServedResource } from "../mcp/resources.ts";
import { UserError } from "../model/errors.ts";
import { OTHERS_CODE } from "../model/others-code.ts";
import { sentenceOf } from "../model/thrown.ts";
import { distrust } from "../model/trust.ts";
import { provideApi } from "./api.ts";
import { divertConsole } from "./console.ts";
import { readDeclaration, readFactory } from "./declaration.ts";
import { formatOf } from "./importers.ts";
import { type Injector, narrowed } from "./injectors.ts";
import { offered } from "./offered.ts";
import { resourceOf } from "./resources.ts";
import { filterToolOf, toolOf } from "./tools.ts";

/** Absolute paths of plugins, by what they were named for. */
export interface PluginFiles {
  /** May restrict who sees what, so these must load. */
  readonly access: readonly string[];
  readonly others: readonly string[];
}

/** What one file was found to be. */
export interface Found {
  path: string;
  /** Why it is left out; null when it is not. */
  problem: string | null;
  /** With that problem nothing may be started. */
  fatal: boolean;
  tools: string[];
  filters: string[];
  resources: string[];
  importers: string[];
  access: boolean;
}

/** Milliseconds that a plugin has to load. */
const LOAD_TIME = 10_000;

/** What all plugins bring, beside what was there. */
export class Plugins {
  readonly found: Found[] = [];
  readonly #tools = new Map<string, Listed>(OWN.tools);
  readonly #resources = new Map<string, ServedResource>(OWN.resources);
  readonly #formats = new Map<string, Format>();
  readonly #injectors: Injector[] = [];

  private constructor() {}

  /**
   * Loads all that can be loaded; `found` says what could not. What plugins print goes to standard error from now on:
   * standard output belongs to the protocol, or to the answer.
   */
  static async look({ access, others }: PluginFiles): Promise<Plugins> {
    divertConsole();
    const plugins = new Plugins();
    const seen = new Set<string>();
    for (const [path, restricts] of [
      ...access.map((path) => [path, true] as const),
      ...others.map((path) => [path, false] as const),
    ]) {
      const real = realOf(path);
      if (seen.has(real)) continue;
      seen.add(real);
      plugins.found.push(await plugins.#load(path, real, restricts));
    }
    return plugins;
  }

  /**
   * The same for a program that is to work with them: what is left out is told to `tell`.
   * @throws UserError when it must not start so.
   */
  static async load(files: PluginFiles, tell: (line: string) => void): Promise<Plugins> {
    const plugins = await Plugins.look(files);
    for (const { path, problem, fatal } of plugins.found) {
      if (problem === null) continue;
      if (fatal) throw new UserError(`the access plugin ${path} must work for anything to start: ${problem}`);
      tell(`gadwall: the plugin ${path} is left out: ${problem}`);
    }
    return plugins;
  }

  get catalogue(): Catalogue {
    return {
      tools: this.#tools,
      resources: this.#resources.size === OWN.resources.size ? OWN.resources : this.#resources,
    };
  }

  /** For imports. */
  get formats(): readonly Format[] {
    return [...this.#formats.values()];
  }

  /**
   * The part of a scope that plugins leave to somebody.
   * @throws when one of them fails: nothing may be seen then.
   */
  narrow(scope: AccessScope, identity: Identity | null): AccessScope {
    return narrowed(scope, identity, this.#injectors);
  }

  async #load(path: string, real: string, restricts: boolean): Promise<Found> {
    const found: Found = {
      ...{ path, problem: null, fatal: false, access: false },
      ...{ tools: [], filters: [], resources: [], importers: [] },
    };
    try {
      const problem = distrust(path);
      if (problem !== null) throw new UserError(problem);
      const plugin = await declared(real);
      found.access = plugin.access !== undefined;
      if (restricts !== found.access) throw new UserError(restricts ? NO_ACCESS : UNNAMED);
      await this.#take(path, plugin, found);
    } catch (error) {
      found.problem = reasonOf(error);
      found.fatal = restricts || found.access;
    }
    return found;
  }

  /** All of a plugin or, when something of it cannot be, nothing. */
  async #take(path: string, plugin: Plugin, found: Found): Promise<void> {
    const { tools = [], filters = [], resources = [], importers = [], access } = plugin;
    const all = [
      ...tools.map((tool) => toolOf(tool, path)),
      ...filters.map((filter) => filterToolOf(filter, path)),
    ];
    const offers = await inTime(() => Promise.all(all.map(offered)));
    const served = resources.map((resource) => resourceOf(resource, path));
    const newTools = fresh("tool", this.#tools, offers, ({ tool }) => tool.name);
    const newResources = fresh("resource", this.#resources, served, uriOf);
    const formats = importers.map((importer) => formatOf(importer, path));
    const taken = new Map([...FORMATS.map((format) => [format.name, format] as const), ...this.#formats]);
    const newFormats = fresh("importer", taken, formats, ({ name }) => name);
    for (const [name, tool] of newTools) this.#tools.set(name, tool);
    for (const [uri, resource] of newResources) this.#resources.set(uri, resource);
    for (const [name, format] of newFormats) this.#formats.set(name, format);
    if (access !== undefined) this.#injectors.push({ path, access });
    found.tools = tools.map(({ name }) => name);
    found.filters = filters.map(({ name }) => name);
    found.resources = resources.map(({ uri }) => uri);
    found.importers = importers.map(({ name }) => name);
  }
}

const NO_ACCESS = "it has no access function, so it would hide nothing: name it with --plugin";
const UNNAMED =
  "it restricts who sees what (access), and must be named with --access-plugin, so that nothing starts without it";

const uriOf = ({ resource }: ServedResource): string => resource.uri;

/** New things by name. @throws UserError when a name is taken. */
function fresh<T>(
  kind: string,
  taken: ReadonlyMap<string, unknown>,
  given: readonly T[],
  nameOf: (one: T) => string,
): Map<string, T> {
  const all = new Map<string, T>();
  for (const one of given) {
    const name = nameOf(one);
    if (taken.has(name) || all.has(name)) throw new UserError(`there is a ${kind} ${name} already`);
    all.set(name, one);
  }
  return all;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function declared(path: string): Promise<Plugin> {
  if (!/^\.[cm]?[jt]s$/.test(extname(path)))
    throw new UserError("it is no TypeScript and no JavaScript file (.ts, .js, .mts, .mjs, .cts, .cjs)");
  // An import ends there, and another file would be run than the one that was looked at.
  if (path.includes("?")) throw new UserError("its path must not hold a question mark");
  const api = provideApi();
  OTHERS_CODE.add(path);
  return inTime(async () => {
    const module = (await import(path)) as { default?: unknown };
    return readDeclaration(await readFactory(module)(api));
  });
}

/** @throws UserError when work that a plugin does takes too long. */
async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    const late = new UserError(`it did not load within ${LOAD_TIME / 1000} seconds`);
    timer = setTimeout(() => reject(late), LOAD_TIME);
  });
  try {
    return await Promise.race([work(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** Why something failed, in one line, with the place of a mistake in its text. */
function reasonOf(error: unknown): string {
  try {
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
    const sentence = sentenceOf(first);
    if (sentence.startsWith("Cannot find package")) return sentence + NO_PACKAGE;
    return isBuildMessage(first) ? `${sentence} (line ${first.position!.line})` : sentence;
  } catch {
    return sentenceOf(error);
  }
}

const NO_PACKAGE =
  " (of npm packages only those are found whose code begins in index.js; docs/plugins.md says how to bundle others)";

/** What Bun says of text that does not parse. */
function isBuildMessage(error: unknown): error is { message: string; position: { line: number } | null } {
  const position = (error as { position?: unknown } | null)?.position;
  return typeof position === "object" && position !== null && "line" in position;
}
