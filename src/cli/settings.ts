import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Options } from "yargs";
import type { WrittenRules } from "../access/rules.ts";
import { brokenLine } from "../model/broken-line.ts";
import { UsageError, UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";
import { checkKeyLines, checkMemberLines } from "./config-lines.ts";
import { PLUGIN_KNOB_NAMES, PLUGIN_KNOBS, type PluginKnob } from "./plugin-knobs.ts";
import { KNOB_NAMES, type KnobName, SERVER_KNOBS } from "./server-knobs.ts";

/**
 * Settings: what holds for every command. Each can be given as an option, as a GADWALL_… variable and as a
 * key of one configuration file; the first of these that says something wins. Nothing is ever read from the
 * current directory, where files may come from anybody.
 */
export interface Settings {
  /** Absolute path of the database. */
  db: string;
  /** Country and AS data are joined to addresses. */
  geo: boolean;
  /** In the view, ports follow time: the newest scan that looked at a port decides on it. */
  closeUnlisted: boolean;
  /** What `vulners` and `vulscan` list counts as vulnerabilities. */
  vulnersAsVulns: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The options of settings, shown in every command's help. No defaults here: they would hide the other places. */
export const SETTINGS_OPTIONS = {
  db: {
    type: "string",
    requiresArg: true,
    describe: "The database file (default: gadwall/gadwall.duckdb in your data folder)",
  },
  geo: {
    type: "boolean",
    describe:
      "When importing and in view rebuild: join country and AS data to addresses (on; --no-geo to leave it out)",
  },
  "close-unlisted": {
    type: "boolean",
    describe:
      "When importing and in view rebuild: the newest scan that looked at a port decides on it (on; --no-close-unlisted for IVRE's merging)",
  },
  "vulners-as-vulns": {
    type: "boolean",
    describe:
      "When importing and in view rebuild: count what vulners and vulscan list as likely vulnerabilities (on; --no-vulners-as-vulns not to)",
  },
  config: {
    type: "string",
    requiresArg: true,
    describe: "The configuration file (default: gadwall/config.yaml in your configuration folder)",
  },
} as const satisfies Record<string, Options>;

const KEYS = ["db", "geo", "close-unlisted", "vulners-as-vulns"] as const;
/** Of every command, of those that load plugins, and of the server (server-knobs.ts). */
const ALL_KEYS = [...KEYS, ...PLUGIN_KNOB_NAMES, ...KNOB_NAMES];
type Key = (typeof KEYS)[number] | PluginKnob | KnobName;

/** A value as it was written, and where: `--port`, `GADWALL_PORT`, `port in /etc/gadwall.yaml`. */
export interface Given {
  value: unknown;
  from: string;
}

/** The key that holds access filters by user, domain and group: in the file only. */
const ACCESS = "access";

/** A configuration file is short; a bigger one is something else. */
const MAX_CONFIG_BYTES = 65_536;

/**
 * The settings of this run.
 * @throws UsageError for a wrong value, UserError for a configuration file that cannot be read.
 */
export function settingsOf(
  args: { readonly [option: string]: unknown },
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): Settings {
  const find = settingReader(args, env, platform);
  /** All improvements are on unless switched off. */
  const improvement = (key: Key): boolean => {
    const found = find(key);
    return found === null || switchOf(found);
  };
  const db = find("db");
  return {
    db: db === null ? join(dataFolder(env, platform), "gadwall.duckdb") : resolve(textOf(db)),
    geo: improvement("geo"),
    closeUnlisted: improvement("close-unlisted"),
    vulnersAsVulns: improvement("vulners-as-vulns"),
  };
}

/**
 * Looks up what was written for a setting: by option, else by variable, else in the configuration file; null when
 * nowhere.
 * @throws UserError for a configuration file that cannot be read.
 */
export function settingReader(
  args: { readonly [option: string]: unknown },
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): (key: Key) => Given | null {
  const config = configOf(args.config, env, platform);
  return (key) => {
    if (args[key] !== undefined) return { value: args[key], from: `--${key}` };
    const variable = `GADWALL_${key.toUpperCase().replaceAll("-", "_")}`;
    const fromEnv = env[variable];
    if (fromEnv !== undefined && fromEnv !== "") return { value: fromEnv, from: variable };
    if (config !== null && config.values[key] !== undefined)
      return { value: config.values[key], from: `${key} in ${config.path}` };
    return null;
  };
}

/**
 * The access filters of the configuration file.
 * @throws UserError for a configuration file that cannot be read.
 */
export function configuredAccess(
  args: { readonly [option: string]: unknown },
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): WrittenRules {
  const config = configOf(args.config, env, platform);
  return { from: `access in ${config?.path},`, filters: config?.values.access ?? {} };
}

function textOf({ value, from }: Given): string {
  if (Array.isArray(value)) throw new UsageError(`${from} was given more than once.`);
  if (typeof value !== "string" || value === "") throw new UsageError(`${from} must be a path.`);
  return value.startsWith("~/") ? join(homedir(), value.slice(2)) : value;
}

/** @throws UsageError when it is neither yes nor no. */
export function switchOf({ value, from }: Given): boolean {
  const text = String(value).toLowerCase();
  if (["true", "1", "yes", "on"].includes(text)) return true;
  if (["false", "0", "no", "off"].includes(text)) return false;
  throw new UsageError(`${from} must be true or false.`);
}

/** An XDG folder: relative values are to be ignored (XDG Base Directory Specification). */
function folder(value: string | undefined, fallback: () => string): string {
  return value !== undefined && isAbsolute(value) ? value : fallback();
}

/** Where data of this user lies: XDG_DATA_HOME when set, else what the platform has for that. */
export function dataFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const base = folder(env.XDG_DATA_HOME, () => {
    if (platform === "darwin") return join(home(env), "Library", "Application Support");
    if (platform === "win32") return env.LOCALAPPDATA ?? join(home(env), "AppData", "Local");
    return join(home(env), ".local", "share");
  });
  return join(base, "gadwall");
}

/** Where this user's configuration lies. */
export function configFolder(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const base = folder(env.XDG_CONFIG_HOME, () => {
    if (platform === "darwin") return join(home(env), "Library", "Application Support");
    if (platform === "win32") return env.APPDATA ?? join(home(env), "AppData", "Roaming");
    return join(home(env), ".config");
  });
  return join(base, "gadwall");
}

function home(env: Environment): string {
  return env.HOME !== undefined && isAbsolute(env.HOME) ? env.HOME : homedir();
}

interface Config {
  path: string;
  values: ConfigValues;
}

interface ConfigValues extends Partial<Record<Key, unknown>> {
  access?: Record<string, string>;
}

function configOf(option: unknown, env: Environment, platform: NodeJS.Platform): Config | null {
  const named = option ?? (env.GADWALL_CONFIG || undefined);
  const path =
    named === undefined
      ? join(configFolder(env, platform), "config.yaml")
      : resolve(textOf({ value: named, from: "--config" }));
  let text: string;
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new UserError(`The configuration ${path} is not a file.`);
    if (found.size > MAX_CONFIG_BYTES)
      throw new UserError(
        `The configuration ${path} is larger than ${MAX_CONFIG_BYTES} bytes; is it the right file?`,
      );
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (named === undefined && (code === "ENOENT" || code === "ENOTDIR")) return null;
    throw new UserError(`The configuration ${path} cannot be read (${String(code ?? error)}).`, {
      cause: error,
    });
  }
  return { path, values: parseConfig(text, path) };
}

/**
 * The keys of a configuration file: YAML, one `key: value` a line.
 * @throws UserError with the line of what is wrong.
 */
export function parseConfig(text: string, path: string): ConfigValues {
  let parsed: unknown;
  try {
    parsed = Bun.YAML.parse(text);
  } catch (error) {
    throw new UserError(
      `${path}:${brokenLine(text, Bun.YAML.parse)}: this is not YAML; write one "key: value" a line.`,
      { cause: error },
    );
  }
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== "object" || Array.isArray(parsed))
    throw new UserError(`${path}:1: write one "key: value" a line.`);
  checkKeyLines(text, path, Object.keys(parsed).length);
  const values: ConfigValues = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === ACCESS) {
      values.access = accessFilters(value, text, path);
      continue;
    }
    const key = ALL_KEYS.find((known) => known === name);
    if (key === undefined)
      throw new UserError(
        `${path}:${lineOf(text, name)}: there is no setting ${name}.${didYouMean(name, [...ALL_KEYS, ACCESS])}`,
      );
    if (value === null || (typeof value === "object" && !(isList(key) && isPlainList(value))))
      throw new UserError(
        `${path}:${lineOf(text, name)}: ${name} must be ${isList(key) ? "one value or a list of values" : "one value"}.`,
      );
    values[key] = value;
  }
  return values;
}

function isList(key: Key): boolean {
  return key in PLUGIN_KNOBS || (key in SERVER_KNOBS && SERVER_KNOBS[key as KnobName].kind === "list");
}

function isPlainList(value: object): boolean {
  return Array.isArray(value) && value.every((one) => one !== null && typeof one !== "object");
}

/** What YAML takes for itself at the beginning of a value: a tag (!x), an anchor (&x), an alias (*x). */
const YAML_MARK = /(?:["']:\s*|:\s+)([!&*])/;

/** The filters of the key `access`. */
function accessFilters(value: unknown, text: string, path: string): Record<string, string> {
  const at = `${path}:${lineOf(text, ACCESS)}`;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UserError(
      `${at}: access holds one "key: filter" a line, indented, such as "default: noaccess".`,
    );
  // "!category:LAN port:22" would be read as "port:22", and the filter let through what it shall hide.
  const mark = YAML_MARK.exec(text.replace(/(?<=^|\s)#[^\n]*/g, ""))?.[1];
  if (mark !== undefined)
    throw new UserError(
      `${at}: a value that begins with ${mark} must stand in quotes, or YAML takes its first word away.`,
    );
  checkMemberLines(text, path, ACCESS, Object.keys(value).length);
  const filters: Record<string, string> = {};
  for (const [key, filter] of Object.entries(value)) {
    if (typeof filter !== "string")
      throw new UserError(
        `${at}: access of ${key} must be one text: full, noaccess or a query in quotes, such as "category:LAN".`,
      );
    filters[key] = filter;
  }
  return filters;
}

function lineOf(text: string, key: string): number {
  return text.split("\n").findIndex((line) => line.replace(/^["']/, "").startsWith(key)) + 1 || 1;
}
