/**
 * Which Host and Origin headers are let in. A web page that an analyst opens can send requests to a server on his own
 * machine, under a name of the attacker that was made to point there (DNS rebinding): its Host or Origin tells.
 */
import { cap, clean } from "../model/text.ts";
import type { Cors } from "./cors.ts";
import { hostName, isLoopbackName, originHost } from "./host-name.ts";

export interface GuardOptions {
  /** Host names beside the loopback ones: of the public URL, the allowed hosts, and the listening address. */
  hosts: readonly string[];
  cors: Cors;
}

/** Gives the sentence with which a request is refused (403), or null. */
export type Guard = (request: { host: string | null; origin: string | null }) => string | null;

/** Makes a guard of what is allowed; see `GuardOptions`. */
export function guard({ hosts, cors }: GuardOptions): Guard {
  const known = new Set(hosts);
  const isOurs = (name: string | null): boolean => name !== null && (known.has(name) || isLoopbackName(name));
  return ({ host, origin }) => {
    if (!isOurs(host === null ? null : hostName(host)))
      return `This server is not known as ${quoted(host)}: name it with --allowed-host or --public-url`;
    if (origin === null || isOurs(originHost(origin)) || cors.allows(origin)) return null;
    return `Web pages of ${quoted(origin)} may not ask this server: name their origin with --cors`;
  };
}

function quoted(header: string | null): string {
  return `“${cap(clean(header ?? ""), 100)}”`;
}
