import { UsageError } from "../model/errors.ts";
import { parseAddress } from "../model/ip.ts";
import { isLoopbackAddress } from "./client-address.ts";

/**
 * The host name of a Host header, lower case and without its port; null when it is none. Addresses are in their
 * canonical form, IPv6 ones without brackets.
 */
export function hostName(host: string): string | null {
  // URL would drop what stands before @ and after / ? # \: such a header is not from a well-meaning client.
  if (!/^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{0,5})?$/.test(host)) return null;
  try {
    return bare(new URL(`http://${host}`).hostname);
  } catch {
    return null;
  }
}

/** Without the brackets of an IPv6 address and the root dot of a name. */
function bare(name: string): string {
  return name.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
}

/** The host name of an Origin header (RFC 6454); null for `null` and whatever is no web origin. */
export function originHost(origin: string): string | null {
  const match = /^https?:\/\/([^/?#@\\]+)$/.exec(origin);
  return match === null ? null : hostName(match[1]!);
}

/** True for `localhost`, names below it (RFC 6761 §6.3), and loopback addresses. */
export function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name);
}

/** A listening address as the user wrote it, without brackets. */
export function bindName(bind: string): string {
  return bare(bind.toLowerCase());
}

/** A host as it stands in a URL: IPv6 addresses in brackets. */
export function urlHost(name: string): string {
  return parseAddress(name) !== null && name.includes(":") ? `[${name}]` : name;
}

/**
 * A host name to let in, as `--allowed-host` has it: with or without a port, which does not matter.
 * @throws UsageError when it is none.
 */
export function allowedHost(text: string): string {
  const name = hostName(text.includes(":") && parseAddress(text) !== null ? `[${text}]` : text);
  if (name === null)
    throw new UsageError(
      `allowed-host: “${text}” is no host name: for example scans.example.org, without https://`,
    );
  return name;
}
