/** Where things of this user lie. Nothing is ever read from the current directory, where files may come from anybody. */
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

export type Environment = Readonly<Record<string, string | undefined>>;

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
