import type { Argv, Options } from "yargs";
import { UsageError } from "../model/errors.ts";
import { cap, clean } from "../model/text.ts";
import type { Environment } from "./folders.ts";
import { KNOB_NAMES, type Knob, type KnobName, SERVER_KNOBS } from "./server-knobs.ts";
import { type Given, settingReader, switchOf, variableOf } from "./settings.ts";

/** The value of a knob of each kind; a period is seconds, and null is never. */
type Value<K extends Knob> = K extends { kind: "switch" }
  ? boolean
  : K extends { kind: "number" }
    ? number
    : K extends { kind: "list" }
      ? string[]
      : K extends { kind: "period" }
        ? K extends { never: true }
          ? number | null
          : number
        : K extends { standard: string }
          ? string
          : string | null;

export type ServerSettings = { readonly [Name in KnobName]: Value<(typeof SERVER_KNOBS)[Name]> };

/** The options of `mcp-server`. No defaults here: they would hide the variables and the configuration. */
export function serverOptions<T>(yargs: Argv<T>): Argv<T> {
  let all: Argv<T> = yargs;
  for (const name of KNOB_NAMES) {
    const { kind, describe } = SERVER_KNOBS[name];
    all = all.option(name, { describe, ...OPTIONS[kind] }) as Argv<T>;
  }
  return all;
}

const TEXT: Options = { type: "string", requiresArg: true };
const OPTIONS: Readonly<Record<Knob["kind"], Options>> = {
  ...{ text: TEXT, list: TEXT, number: TEXT, period: TEXT },
  switch: { type: "boolean" },
  // Known, so that whoever tries it is told where it belongs.
  secret: { type: "string", hidden: true },
};

/**
 * What the server was told: by option, else by variable, else by the configuration file, else what is usual.
 * @throws UsageError for a value that is none, for a secret on the command line, and for options that mean nothing
 * without `--http`; UserError for a configuration file that cannot be read.
 */
export function serverSettings(
  args: { readonly [option: string]: unknown },
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): ServerSettings {
  const shown = KNOB_NAMES.find((name) => SERVER_KNOBS[name].kind === "secret" && args[name] !== undefined);
  if (shown !== undefined)
    throw new UsageError(
      `--${shown} would show the secret to every user of this machine (ps): give it as the variable ${variableOf(shown)}, or as ${shown} in the configuration file`,
    );
  const given = settingReader(args, env, platform);
  const settings = Object.fromEntries(
    KNOB_NAMES.map((name) => [name, knobValue(SERVER_KNOBS[name], given(name))]),
  ) as ServerSettings;
  const lost = KNOB_NAMES.find((name) => name !== "http" && args[name] !== undefined);
  if (!settings.http && lost !== undefined)
    throw new UsageError(`--${lost} means something together with --http only`);
  return { ...settings, path: pathOf(settings.path) };
}

function knobValue(knob: Knob, given: Given | null): boolean | number | string | string[] | null {
  if (given === null) return knob.kind === "list" ? [] : (standardOf(knob) ?? null);
  switch (knob.kind) {
    case "switch":
      return switchOf(given);
    case "number":
      return numberOf(given, knob.min, knob.max);
    case "period":
      return periodOf(given, knob);
    case "list":
      return [given.value]
        .flat()
        .flatMap((value) => String(value).split(","))
        .map((part) => part.trim())
        .filter((part) => part !== "");
    case "text":
    case "secret":
      return textOf(given);
  }
}

function standardOf(knob: Exclude<Knob, { kind: "list" }>): boolean | number | string | undefined {
  return "standard" in knob ? knob.standard : undefined;
}

function textOf({ value, from }: Given): string {
  if (Array.isArray(value)) throw new UsageError(`${from} was given more than once.`);
  const text = String(value).trim();
  if (text === "") throw new UsageError(`${from} must not be empty.`);
  return text;
}

function numberOf(given: Given, min: number, max: number): number {
  const text = textOf(given);
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new UsageError(`${given.from} must be a whole number from ${min} to ${max}, not ${quoted(text)}.`);
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Ten years. */
const LONGEST = 315_360_000;

function periodOf(given: Given, { min, never }: { min: number; never?: true }): number | null {
  const text = textOf(given).toLowerCase();
  if (never === true && text === "never") return null;
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  const seconds = match === null ? Number.NaN : Number(match[1]) * (SECONDS[match[2]!] ?? 1);
  if (seconds >= min && seconds <= LONGEST) return seconds;
  throw new UsageError(
    `${given.from} must be a time of at least ${min} seconds, such as 600, 10m, 12h or 30d${never === true ? ", or never" : ""}, not ${quoted(text)}.`,
  );
}

/** Paths that are something else. */
const TAKEN =
  /^\/(?:healthz|readyz|metrics|authorize|token|register|revoke|consent|account|sign-out|(?:sign-in|\.well-known)(?:\/.*)?)$/;

function pathOf(path: string): string {
  const trimmed = path === "/" ? path : path.replace(/\/$/, "");
  if (!/^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)?$/.test(trimmed) || /\/\.\.?(?:\/|$)/.test(trimmed))
    throw new UsageError(`path: ${quoted(path)} is no path of an endpoint: for example /mcp`);
  if (TAKEN.test(trimmed))
    throw new UsageError(`path: ${trimmed} is taken by another page: for example /mcp`);
  return trimmed;
}

function quoted(text: string): string {
  return `“${cap(clean(text), 60)}”`;
}
