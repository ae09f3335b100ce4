/** A port that a host record lists twice, as no scanner does, but files that were pieced together do. */
import type { Port } from "../model/scan.ts";

/**
 * Every port once: what the later listing says counts. Where both say the same state, what only one of them says is
 * kept, scripts too.
 */
export function portsOnce(ports: readonly Port[]): readonly Port[] {
  const seen = new Map<string | undefined, Set<number>>();
  for (const { protocol, port } of ports) {
    const numbers = seen.get(protocol);
    if (numbers === undefined) seen.set(protocol, new Set([port]));
    else if (numbers.has(port)) return merged(ports);
    else numbers.add(port);
  }
  return ports;
}

function merged(ports: readonly Port[]): Port[] {
  const kept = new Map<string, Port>();
  for (const port of ports) {
    const key = `${port.port} ${port.protocol ?? ""}`;
    const before = kept.get(key);
    kept.set(key, before === undefined ? port : both(before, port));
  }
  return [...kept.values()];
}

function both(before: Port, after: Port): Port {
  if (after.state !== undefined && before.state !== undefined && after.state !== before.state) return after;
  const again = new Set(after.scripts.map(({ id }) => id));
  return {
    ...before,
    ...after,
    scripts: [...before.scripts.filter(({ id }) => !again.has(id)), ...after.scripts],
  };
}
