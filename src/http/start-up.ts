/** Which combinations of listening address, users and flags are served, warned of or refused. Pure. */
import { UserError } from "../model/errors.ts";
import { fromV4, parseNetwork } from "../model/ip.ts";
import { isLoopbackAddress } from "./client-address.ts";
import { bindName, isLoopbackName } from "./host-name.ts";
import { isLoopbackUrl } from "./public-origin.ts";

export interface Situation {
  bind: string;
  publicUrl: URL | null;
  /** Host names that requests may be sent to, beside loopback ones. */
  allowedHosts: readonly string[];
  /** Addresses and networks of proxies that are believed. */
  trustedProxies: readonly string[];
  /** At least one user exists. */
  hasUsers: boolean;
  allowAnonymous: boolean;
  oauth: boolean;
  /** Web pages of any origin may ask. */
  anyOrigin: boolean;
  /** There are tools with which somebody unknown could change something. */
  anonymousWrites: boolean;
  /** An access filter hides something from everybody, as there are no users. */
  anonymousFiltered: boolean;
}

/** Who needs not say who he is: nobody; everybody as long as there is no user; everybody. */
export type Anonymous = "never" | "without-users" | "always";

export interface Decision {
  anonymous: Anonymous;
  /** Access filters count for nothing. Settled at start: a user who is created later must not lift them. */
  unfiltered: boolean;
  /** Sentences for whoever starts the server. */
  warnings: string[];
}

/** @throws UserError when the server must not start so, with the ways out. */
export function decide(situation: Situation): Decision {
  const { hasUsers, allowAnonymous, oauth, publicUrl } = situation;
  const exposure = exposureOf(situation);
  if (oauth && allowAnonymous)
    throw new UserError("--oauth and --allow-anonymous contradict each other: leave one out");
  if (oauth && !hasUsers)
    throw new UserError(
      "--oauth needs somebody who can sign in: create a user first with gadwall user add EMAIL",
    );
  if (oauth && exposure !== null && (publicUrl === null || isPlain(publicUrl)))
    throw new UserError(
      "--oauth needs the https address that clients see: --public-url https://… of the proxy in front (docs/deploy.md)",
    );
  if (exposure !== null && !hasUsers && !allowAnonymous)
    throw new UserError(
      `Refusing to serve ${exposure} without authentication. Either: create a user (gadwall user add EMAIL, then gadwall key create EMAIL --name NAME), serve this machine only (--bind 127.0.0.1${publicUrl === null && situation.allowedHosts.length === 0 ? "" : " without --public-url and --allowed-host"}), or let everybody in with --allow-anonymous`,
    );
  const anonymous: Anonymous = allowAnonymous ? "always" : exposure === null ? "without-users" : "never";
  const open = allowAnonymous || !hasUsers;
  if (situation.anyOrigin && open && situation.anonymousWrites)
    throw new UserError(
      "--cors '*' would let every web page change data here: name the origins, or create a user (gadwall user add EMAIL)",
    );
  return {
    anonymous,
    unfiltered: allowAnonymous && hasUsers,
    warnings: warningsOf(situation, { exposure, open }),
  };
}

function warningsOf(
  { hasUsers, allowAnonymous, anyOrigin, bind, publicUrl, trustedProxies, anonymousFiltered }: Situation,
  { exposure, open }: { exposure: string | null; open: boolean },
): string[] {
  const warnings: string[] = [];
  const shown = anonymousFiltered ? "what the access filter of anonymous leaves" : "everything";
  if (allowAnonymous && hasUsers)
    warnings.push(
      "WARNING: --allow-anonymous switches off ALL access control: whoever reaches this server reads everything, and users, keys and access filters count for nothing",
    );
  else if (allowAnonymous)
    warnings.push(`WARNING: --allow-anonymous: whoever reaches this server reads ${shown}`);
  else if (!hasUsers)
    warnings.push(
      `no user exists yet: everybody on this machine may read ${shown} until there is one (gadwall user add EMAIL)`,
    );
  if (anyOrigin && open)
    warnings.push(
      `WARNING: --cors '*' without authentication: every web page that somebody opens who reaches this server can read ${shown}`,
    );
  if (exposure !== null && !open && (publicUrl === null ? !isLoopbackBind(bind) : isPlain(publicUrl)))
    warnings.push(
      "WARNING: keys travel unencrypted unless a proxy with TLS stands in front: docs/deploy.md has one, then give --public-url https://…",
    );
  const wide = trustedProxies.filter(isWide);
  if (wide.length > 0)
    warnings.push(
      `WARNING: --trusted-proxy ${wide.join(",")} believes whoever connects from there: everybody chooses the address by which limits and the log know him; name the proxies' own addresses`,
    );
  return warnings;
}

/** The most addresses of a network that one proxy set-up needs: an IPv4 /8 (10.0.0.0/8), an IPv6 /16. */
const MOST_V4 = 1n << 24n;
const MOST_V6 = 1n << 112n;

/** IPv4 addresses count wherever they are written: ::/0 holds them all. */
function isWide(network: string): boolean {
  const range = parseNetwork(network);
  if (range === null) return false;
  const { first, last } = range;
  const [firstV4, lastV4] = [fromV4(0), fromV4(0xffff_ffff)];
  const v4 = (last < lastV4 ? last : lastV4) - (first > firstV4 ? first : firstV4) + 1n;
  return v4 > MOST_V4 || last - first + 1n > MOST_V6;
}

/** How somebody else than this machine's users could reach the server; null when nobody could. */
function exposureOf({ bind, publicUrl, allowedHosts }: Situation): string | null {
  if (!isLoopbackBind(bind)) return `on ${bind}`;
  if (publicUrl !== null && !isLoopbackUrl(publicUrl)) return `as ${publicUrl.origin}`;
  const name = allowedHosts.find((host) => !isLoopbackName(host));
  return name === undefined ? null : `as ${name}`;
}

/** A name below localhost is one for requests only: which address it has is the resolver's to say. */
function isLoopbackBind(bind: string): boolean {
  const name = bindName(bind);
  return name === "localhost" || isLoopbackAddress(name);
}

function isPlain(url: URL): boolean {
  return url.protocol !== "https:" && !isLoopbackUrl(url);
}
