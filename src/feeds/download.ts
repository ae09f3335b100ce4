/**
 * Downloading a source. Where a request goes is decided here and nowhere else: the host name is resolved first, all
 * its addresses are checked, and the connection is made to the address that was checked, so that a name server cannot
 * say something else the second time. Each redirect is treated like a new address.
 */
import { lookup } from "node:dns/promises";
import { open } from "node:fs/promises";
import { version } from "../../package.json" with { type: "json" };
import { byteAmount } from "../model/amount.ts";
import { UserError } from "../model/errors.ts";
import { parseAddress, parseNetwork } from "../model/ip.ts";
import { cap, clean } from "../model/text.ts";
import { isPublicAddress } from "./public-address.ts";

export interface DownloadOptions {
  /** Also from addresses of this machine and private networks, from there by http as well. */
  allowPrivate: boolean;
  /** Milliseconds for all of one download, with its redirects. */
  time: number;
  /** Bytes. */
  size: number;
  /** Certificates of authorities trusted beside the usual ones (PEM); for tests. */
  ca?: string;
}

export const DEFAULT_DOWNLOAD: Readonly<DownloadOptions> = {
  allowPrivate: false,
  time: 120_000,
  size: 256 * 1024 * 1024,
};

/** What a server said of a copy, as it said it. */
export interface CopyMarks {
  etag: string | null;
  lastModified: string | null;
}

export type Download =
  | { changed: false }
  /** `date`: of the header Last-Modified, seconds since 1970. */
  | { changed: true; bytes: number; date: number | null; marks: CopyMarks };

const MOST_REDIRECTS = 5;
/** Addresses of a host that are tried. */
const MOST_ADDRESSES = 4;
const MARK_LENGTH = 200;

/**
 * Downloads into a file, unless the server still has the copy that `marks` tell of.
 * @throws UserError that says why it failed.
 */
export async function download(
  address: string,
  file: string,
  marks: CopyMarks,
  options: DownloadOptions,
): Promise<Download> {
  const signal = AbortSignal.timeout(options.time);
  try {
    let url = new URL(address);
    let reach: Reach = { inside: options.allowPrivate, source: true };
    for (let redirects = 0; ; redirects++) {
      const { addresses, inside } = await checkedAddresses(url, reach, signal);
      // Only a source that is inside itself may send us on to what is inside.
      reach = { inside: reach.inside && inside, source: false };
      const response = await request(url, addresses, marks, options, signal);
      const target = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && response.status !== 304 && target !== null) {
        await response.body?.cancel();
        if (redirects === MOST_REDIRECTS)
          throw new UserError(`there are more than ${MOST_REDIRECTS} redirects`);
        if (!URL.canParse(target, url.href))
          throw new UserError(`it redirects to ${shown(target)}, which is no address`);
        url = new URL(target, url.href);
        continue;
      }
      if (response.status === 304) return { changed: false };
      if (!response.ok) {
        await response.body?.cancel();
        throw new UserError(`the server answered ${response.status} (${shown(response.statusText)})`);
      }
      const bytes = await save(response, file, options.size, signal);
      return {
        changed: true,
        bytes,
        date: dateOf(response.headers.get("last-modified")),
        marks: {
          etag: markOf(response.headers.get("etag")),
          lastModified: markOf(response.headers.get("last-modified")),
        },
      };
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (signal.aborted)
      throw new UserError(`it took longer than ${options.time / 1000} seconds`, { cause: error });
    throw new UserError(`it cannot be reached (${shown(reason(error))})`, { cause: error });
  }
}

async function request(
  url: URL,
  addresses: readonly string[],
  marks: CopyMarks,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<Response> {
  const target = new URL(url.href);
  target.username = "";
  target.password = "";
  const headers: Record<string, string> = {
    Host: url.host,
    "User-Agent": `gadwall/${version}`,
    Accept: "*/*",
  };
  if (marks.etag !== null) headers["If-None-Match"] = marks.etag;
  if (marks.lastModified !== null) headers["If-Modified-Since"] = marks.lastModified;
  const tls = { serverName: hostOf(url), ...(options.ca === undefined ? {} : { ca: options.ca }) };
  let failure: unknown;
  for (const address of addresses) {
    // The port, path and query of the name, at an address that was checked.
    target.hostname = address.includes(":") ? `[${address}]` : address;
    try {
      return await fetch(target, { headers, redirect: "manual", signal, tls });
    } catch (error) {
      if (signal.aborted) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Where a request may go. */
interface Reach {
  /** Also to this machine and private networks, there by http as well. */
  inside: boolean;
  /** It is the source itself, not what it redirects to. */
  source: boolean;
}

const LINK_LOCAL = ["169.254.0.0/16", "fe80::/10"].map((cidr) => parseNetwork(cidr)!);

/**
 * The addresses of the host, when all of them may be reached, and whether any of them is not of the internet.
 * @throws UserError
 */
export async function checkedAddresses(
  url: URL,
  reach: Reach,
  signal: AbortSignal,
): Promise<{ addresses: string[]; inside: boolean }> {
  const host = hostOf(url);
  if (url.protocol !== "https:" && !(reach.inside && url.protocol === "http:"))
    throw new UserError(
      `${shown(url.protocol)}//${shown(url.host)} is not https, which is all that is downloaded from`,
    );
  const found = parseAddress(host) !== null ? [host] : await resolved(host, signal);
  const inside = found.filter((text) => {
    const address = parseAddress(text);
    return address === null || !isPublicAddress(address);
  });
  // Where clouds tell machines their credentials; no list is there.
  const link = inside.find((text) => isLinkLocal(parseAddress(text)));
  if (link !== undefined)
    throw new UserError(
      `${shown(host)} is at ${link}, a link-local address, from where nothing is downloaded`,
    );
  if (inside.length > 0 && !reach.inside) {
    const why = reach.source
      ? "; if that is meant, use --allow-private"
      : ", and only a source that is not one either may redirect there";
    throw new UserError(`${shown(host)} is at ${inside[0]}, which is not an address of the internet${why}`);
  }
  if (url.protocol === "http:" && inside.length < found.length)
    throw new UserError(`${shown(url.host)} is on the internet, from where only https is downloaded`);
  if (found.length === 0) throw new UserError(`${shown(host)} has no address`);
  return { addresses: found.slice(0, MOST_ADDRESSES), inside: inside.length > 0 };
}

function isLinkLocal(address: bigint | null): boolean {
  return address !== null && LINK_LOCAL.some(({ first, last }) => address >= first && address <= last);
}

/** The addresses of a name. Asking cannot be stopped, but need not be waited for. */
async function resolved(host: string, signal: AbortSignal): Promise<string[]> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", stop);
  try {
    const found = await Promise.race([lookup(host, { all: true }), stopped.promise]);
    return found.map(({ address }) => address);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The host without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

async function save(response: Response, path: string, limit: number, signal: AbortSignal): Promise<number> {
  const file = await open(path, "w", 0o600);
  let bytes = 0;
  try {
    const reader = response.body?.getReader();
    for (;;) {
      const next = await reader?.read().catch((error: unknown) => {
        if (signal.aborted) throw error;
        throw new UserError(`it broke off before its end (${shown(reason(error))})`, {
          cause: error,
        });
      });
      if (next?.value === undefined) break;
      bytes += next.value.length;
      if (bytes > limit) {
        await reader?.cancel().catch(() => {});
        throw new UserError(`it is larger than ${byteAmount(limit)}`);
      }
      await file.write(next.value);
    }
  } finally {
    await file.close();
  }
  const promised =
    response.headers.get("content-encoding") === null && response.headers.get("content-length");
  if (promised && Number(promised) > bytes)
    throw new UserError(`it broke off after ${byteAmount(bytes)} of ${byteAmount(Number(promised))}`);
  return bytes;
}

function dateOf(header: string | null): number | null {
  const time = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

/** Something long is no mark: it is not worth keeping. */
function markOf(header: string | null): string | null {
  return header === null || header.length > MARK_LENGTH || clean(header) !== header ? null : header;
}

function shown(text: string): string {
  return cap(clean(text).replaceAll(/\s+/g, " "), 100);
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === "string" ? code : String(message ?? error);
}
