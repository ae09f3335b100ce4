/** Standard output belongs to the protocol, or to the answer. */
import { Console } from "node:console";

/** Sends what plugins print with `console` to standard error, from now on. What goes there anyway is left as it is. */
export function divertConsole(): void {
  const { error: _, warn: __, ...diverted } = new Console(process.stderr, process.stderr);
  Object.assign(console, diverted);
  // Of Bun alone.
  console.write = (...parts) => {
    for (const part of parts) process.stderr.write(part as string | Uint8Array);
    return 0;
  };
}
