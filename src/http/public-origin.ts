/** How this server is called from outside: what challenges, documents and pages name. */
import { UsageError } from "../model/errors.ts";
import { hostName, isLoopbackName } from "./host-name.ts";

/**
 * The origin that `--public-url` names, such as `https://scans.example.org`.
 * @throws UsageError when it is no http(s) origin, or has a path: pages and documents stand at the root.
 */
export function publicUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw new UsageError(`public-url: “${text}” is no address: for example https://scans.example.org`);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    throw new UsageError(`public-url: leave out what follows the host: ${url.origin}`);
  return url;
}

/** True for an origin that only this machine can reach. */
export function isLoopbackUrl(url: URL): boolean {
  const name = hostName(url.host);
  return name !== null && isLoopbackName(name);
}

/**
 * The origin under which a request was sent: the public URL, else the Host header (which the guard has let in) with the
 * scheme that a trusted proxy names.
 */
export function originOf(
  request: { host: string; forwardedProto: string | null },
  { publicUrl, viaProxy }: { publicUrl: URL | null; viaProxy: boolean },
): string {
  if (publicUrl !== null) return publicUrl.origin;
  const forwarded = viaProxy ? request.forwardedProto?.split(",")[0]?.trim().toLowerCase() : undefined;
  return new URL(`${forwarded === "https" ? "https" : "http"}://${request.host}`).origin;
}
