/** Ports as the query language writes them: `443`, `80,8000-8100`, `udp/53,161`, `53/udp`. */
import { UsageError } from "../model/errors.ts";
import type { Filter, Leaf, PortRange, Range } from "./ast.ts";
import { checkPort } from "./build.ts";
import { or } from "./combine.ts";

export type PortLeaf = Extract<Leaf, { k: "port" }>;

const PORT = /^(?:(tcp|udp|sctp)[/_])?(\d{1,6})(?:-(\d{1,6}))?(?:\/(tcp|udp|sctp))?$/;

/**
 * Ports by protocol; a number takes the protocol of the one before it (at first tcp). Null when the text is
 * no list of ports; throws UserError for numbers beyond 65535.
 */
export function readPorts(text: string): { protocol: string; port: PortRange[] }[] | null {
  const groups = new Map<string, PortRange[]>();
  let protocol = "tcp";
  for (const item of text.split(",")) {
    const found = PORT.exec(item.trim());
    if (found === null || (found[1] !== undefined && found[4] !== undefined)) return null;
    const here: string = found[1] ?? found[4] ?? protocol;
    if (found[4] === undefined) protocol = here;
    const low = checkPort(Number(found[2]));
    const high = found[3] === undefined ? low : checkPort(Number(found[3]));
    if (low > high)
      throw new UsageError(`The port range ${item.trim()} runs backwards: put the lower port first.`);
    const ports = groups.get(here) ?? [];
    ports.push(low === high ? low : [low, high]);
    groups.set(here, ports);
  }
  return [...groups].map(([protocol, port]) => ({ protocol, port }));
}

/** Some of the ports is in the state. */
export function portsInState(
  ports: readonly { protocol: string; port: PortRange[] }[],
  state: string,
): Filter {
  return or(...ports.map((group): PortLeaf => ({ k: "port", ...group, state })));
}

/** `5`, `2-10`, `>5`, `>=5`, `<5`, `<=5`; null when it is none of them. */
export function readRange(text: string): Range | null {
  const found = /^(?:(\d{1,9})(?:-(\d{1,9}))?|([<>]=?)(\d{1,9}))$/.exec(text.trim());
  if (found === null) return null;
  const [, low, high, sign, bound] = found;
  if (low !== undefined) return { min: Number(low), max: Number(high ?? low) };
  const value = Number(bound);
  if (sign === ">") return { min: value + 1 };
  if (sign === ">=") return { min: value };
  return { max: sign === "<" ? value - 1 : value };
}
