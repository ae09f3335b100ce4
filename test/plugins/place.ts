/** A folder for plugin files of a test, as its owner would keep it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Plugins } from "../../src/plugins/load.ts";

export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "gadwall-plugins-"));

  /** Writes a file; @returns its path. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text);
    // Whatever the umask of whoever runs the tests is.
    chmodSync(path, 0o600);
    return path;
  }

  /** A plugin whose function gives this object, written as it stands in the file. */
  plugin(object: string): string {
    return this.write(`${crypto.randomUUID()}.ts`, `export default (api: any) => (${object});\n`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Loads plugins, with the console as it was afterwards. */
export function look(access: readonly string[], others: readonly string[] = []): Promise<Plugins> {
  return keepingConsole(() => Plugins.look({ access, others }));
}

export async function keepingConsole<T>(work: () => Promise<T>): Promise<T> {
  const before = { ...console };
  try {
    return await work();
  } finally {
    Object.assign(console, before);
  }
}

/** The failures of promises that nobody caught while something ran: in the executable each of them ends the process. */
export async function unhandled(work: () => Promise<void>): Promise<unknown[]> {
  const lost: unknown[] = [];
  const take = (error: unknown) => void lost.push(error);
  process.on("unhandledRejection", take);
  try {
    await work();
    // They are told of after all promises had their turn.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return lost;
  } finally {
    process.off("unhandledRejection", take);
  }
}

/** The members that a tool must have, as text. */
export const TOOL =
  'name: "probe", title: "Probe", description: "Probes.", annotations: { readOnlyHint: true }, example: {}';
