import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Options } from "yargs";
import type { WrittenRules } from "../access/rules.ts";
import { UsageError, UserError } from "../model/errors.ts";
import { type Config, type Key, readConfig } from "./config.ts";
import { configFolder, dataFolder, type Environment } from "./folders.ts";

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

/** A value as it was written, and where: `--port`, `GADWALL_PORT`, `port in /etc/gadwall.yaml`. */
export interface Given {
  value: unknown;
  from: string;
}

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

/** The variable in which a setting may be given. */
export function variableOf(key: Key): string {
  return `GADWALL_${key.toUpperCase().replaceAll("-", "_")}`;
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
  const all = everyPlace(args, env, platform);
  return (key) => all(key)[0] ?? null;
}

/** The same for what adds up: all that was written, in that order. */
export function everyPlace(
  args: { readonly [option: string]: unknown },
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): (key: Key) => Given[] {
  const config = configOf(args.config, env, platform);
  return (key) => {
    const variable = variableOf(key);
    return [
      { value: args[key], from: `--${key}` },
      { value: env[variable] || undefined, from: variable },
      { value: config?.values[key], from: `${key} in ${config?.path}` },
    ].filter(({ value }) => value !== undefined);
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

function configOf(option: unknown, env: Environment, platform: NodeJS.Platform): Config | null {
  const named = option ?? (env.GADWALL_CONFIG || undefined);
  if (named !== undefined) return readConfig(resolve(textOf({ value: named, from: "--config" })), true);
  const path = join(configFolder(env, platform), "config.yaml");
  const config = readConfig(path, false);
  const misnamed = path.replace(/yaml$/, "yml");
  // The access filters in it would count for nothing without a word.
  if (config === null && existsSync(misnamed))
    throw new UserError(`${misnamed} is not read: call it config.yaml.`);
  return config;
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
