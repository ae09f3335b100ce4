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
export async function look(access: readonly string[], others: readonly string[] = []): Promise<Plugins> {
  const { log, info, debug } = console;
  try {
    return await Plugins.look({ access, others });
  } finally {
    Object.assign(console, { log, info, debug });
  }
}

/** The members that a tool must have, as text. */
export const TOOL =
  'name: "probe", title: "Probe", description: "Probes.", annotations: { readOnlyHint: true }, example: {}';
