import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import type { Argv } from "yargs";
import { UsageError } from "../model/errors.ts";
import type { PluginFiles, Plugins } from "../plugins/load.ts";
import { configFolder, type Environment } from "./folders.ts";
import { PLUGIN_KNOB_NAMES, PLUGIN_KNOBS } from "./plugin-knobs.ts";
import { everyPlace, type Given } from "./settings.ts";
import { note } from "./terminal.ts";

/** `--plugin` and `--access-plugin`. */
export function pluginOptions<T>(yargs: Argv<T>): Argv<T> {
  let all: Argv<T> = yargs;
  for (const name of PLUGIN_KNOB_NAMES) {
    const option = { type: "string", requiresArg: true, describe: PLUGIN_KNOBS[name] } as const;
    all = all.option(name, option) as Argv<T>;
  }
  return all;
}

/**
 * The plugins that are named, and those of the configuration folder; null when there are none.
 * @throws UsageError for a name that says no file.
 */
export function pluginFiles(
  args: { readonly [option: string]: unknown },
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): PluginFiles | null {
  const given = everyPlace(args, env, platform);
  // Whatever restricts who sees what adds up: an option must not lift what the configuration says.
  const access = given("access-plugin").flatMap(pathsOf);
  const others = [
    ...given("plugin").slice(0, 1).flatMap(pathsOf),
    ...inFolder(join(configFolder(env, platform), "plugins")),
  ];
  return access.length + others.length === 0 ? null : { access, others };
}

/**
 * The plugins of this run, loaded; null when there are none, and then nothing is loaded for them.
 * @throws UserError when one that restricts who sees what cannot be loaded.
 */
export async function loadedPlugins(args: { readonly [option: string]: unknown }): Promise<Plugins | null> {
  const files = pluginFiles(args);
  if (files === null) return null;
  const { Plugins } = await import("../plugins/load.ts");
  return Plugins.load(files, note);
}

function pathsOf({ value, from }: Given): string[] {
  const paths = [value]
    .flat()
    .flatMap((one) => String(one).split(","))
    .map((path) => path.trim())
    .filter((path) => path !== "");
  // An access plugin whose name got lost on the way here must not go unnoticed.
  if (paths.length === 0) throw new UsageError(`${from} must name a file.`);
  return paths.map((path) => {
    if (path.startsWith("~/")) return join(homedir(), path.slice(2));
    // Only what is typed in here and now may mean the current directory.
    if (from.startsWith("--") || isAbsolute(path)) return resolve(path);
    throw new UsageError(
      `${from} must be a whole path, from / or ~/ on: the current directory may be anybody's.`,
    );
  });
}

function inFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.[tj]s$/.test(name) && !name.endsWith(".d.ts") && !name.startsWith("."))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== "ENOENT" && code !== "ENOTDIR")
      note(`gadwall: the plugins in ${folder} are left out (${code})`);
    return [];
  }
}
