/** Scripts that several results stand for, and that are one list nevertheless. */
import type { Script } from "../model/scan.ts";

const LISTS: ReadonlySet<string> = new Set(["http-app"]);

/** Adds a script to those known of a port: to the list of its name where there is one, else as one of its own. */
export function addScript(scripts: Script[], script: Script): void {
  const known = LISTS.has(script.id) ? scripts.find(({ id }) => id === script.id) : undefined;
  if (known === undefined || !Array.isArray(known.data) || !Array.isArray(script.data)) {
    scripts.push(script);
    return;
  }
  for (const element of script.data) known.data.push(element);
  known.output = `${known.output}\n${script.output}`;
}
