/** The configuration file. */
import { readFileSync, statSync } from "node:fs";
import { UserError } from "../model/errors.ts";
import { didYouMean } from "../model/nearest.ts";
import { distrust, readableByOthers } from "../model/trust.ts";
import { configEntries, type Entry } from "./config-lines.ts";
import { PLUGIN_KNOB_NAMES, PLUGIN_KNOBS, type PluginKnob } from "./plugin-knobs.ts";
import { KNOB_NAMES, type Knob, type KnobName, SERVER_KNOBS } from "./server-knobs.ts";

const KEYS = ["db", "geo", "close-unlisted", "vulners-as-vulns"] as const;

/** A setting of every command, of those that load plugins, or of the server. */
export type Key = (typeof KEYS)[number] | PluginKnob | KnobName;

export const ALL_KEYS: readonly Key[] = [...KEYS, ...PLUGIN_KNOB_NAMES, ...KNOB_NAMES];

/** The key that holds access filters by user, domain and group: in the file only. */
const ACCESS = "access";

/** A configuration file is short; a bigger one is something else. */
const MAX_CONFIG_BYTES = 65_536;

export interface Config {
  path: string;
  values: ConfigValues;
}

interface ConfigValues extends Partial<Record<Key, string | string[]>> {
  access?: Record<string, string>;
}

/**
 * Reads a configuration file; null when it is not there and need not be.
 * @throws UserError when it cannot be read, is wrong, or is not to be believed: it says whose code is run and who sees
 * what, so nobody else may have written it, nor read the secrets in it.
 */
export function readConfig(path: string, mustBeThere: boolean): Config | null {
  let text: string;
  try {
    const found = statSync(path);
    if (!found.isFile()) throw new UserError(`The configuration ${path} is not a file.`);
    if (found.size > MAX_CONFIG_BYTES)
      throw new UserError(
        `The configuration ${path} is larger than ${MAX_CONFIG_BYTES} bytes; is it the right file?`,
      );
    const problem = distrust(path, { alone: true });
    if (problem !== null) throw new UserError(`The configuration ${path} is not to be trusted: ${problem}.`);
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (!mustBeThere && (code === "ENOENT" || code === "ENOTDIR")) return null;
    throw new UserError(`The configuration ${path} cannot be read (${String(code ?? error)}).`, {
      cause: error,
    });
  }
  const values = parseConfig(text, path);
  const secret = KNOB_NAMES.find((name) => knobOf(name)?.kind === "secret" && values[name] !== undefined);
  const readers = secret === undefined ? null : readableByOthers(path);
  if (readers !== null) throw new UserError(`The configuration ${path} holds ${secret}, and ${readers}.`);
  return { path, values };
}

/**
 * The keys of a configuration file, as they are written there.
 * @throws UserError with the line of what is wrong.
 */
export function parseConfig(text: string, path: string): ConfigValues {
  const values: ConfigValues = {};
  for (const [name, entry] of configEntries(text, path)) {
    const wrong = (why: string): UserError => new UserError(`${path}:${entry.number}: ${why}`);
    const key = ALL_KEYS.find((known) => known === name);
    if (name === ACCESS) values.access = filtersOf(entry, wrong);
    else if (key === undefined)
      throw wrong(`there is no setting ${name}.${didYouMean(name, [...ALL_KEYS, ACCESS])}`);
    else values[key] = writtenIn(key, entry, wrong);
  }
  return values;
}

type Wrong = (why: string) => UserError;

function writtenIn(key: Key, { value, members }: Entry, wrong: Wrong): string | string[] {
  if (value !== null) return value;
  const isList = key in PLUGIN_KNOBS || knobOf(key)?.kind === "list";
  if (!isList || members.length === 0 || members.some((member) => member.key !== null))
    throw wrong(`${key} must be ${isList ? "one value or a list of values" : "one value"}.`);
  return members.map((member) => member.value!);
}

function knobOf(key: Key): Knob | undefined {
  return (SERVER_KNOBS as Partial<Record<Key, Knob>>)[key];
}

/** The filters of the key `access`. */
function filtersOf({ value, members }: Entry, wrong: Wrong): Record<string, string> {
  if (value !== null || members.length === 0 || members.some(({ key }) => key === null))
    throw wrong('access holds one "key: filter" a line, indented, such as "default: noaccess".');
  // Not by assignment, which would lose a key like __proto__.
  return Object.fromEntries(members.map(({ key, value }) => [key!, value!]));
}
