/** Request bodies, bounded in size and time. */
import type { Visit } from "./visit.ts";

/** Why a body was not taken: too large (413), too slow (408), or the client went away. */
export class BodyRefused extends Error {
  override readonly name = "BodyRefused";
  readonly status: 408 | 413 | 499;

  constructor(status: 408 | 413 | 499, message: string) {
    super(message);
    this.status = status;
  }

  /** Headers of the answer. Of a body that is too slow the rest is not awaited. */
  get headers(): Record<string, string> {
    return this.status === 408 ? { Connection: "close" } : {};
  }
}

export interface BodiesOptions {
  /** Milliseconds that a body may take to arrive. */
  time: number;
  /** Bodies of nobody known that may be on their way at the same time. */
  strangers: number;
}

interface Arriving {
  readonly network: string;
  readonly giveUp: AbortController;
}

/**
 * Reads bodies. Who is known has a share of what is in flight (in-flight.ts); bodies of nobody known have a share of
 * their own, as they cost nothing to send slowly. Where it is used up, the one that has been on its way for longest is
 * given up, of the network that sends most: a whole one arrives within milliseconds, and so always does.
 */
export class Bodies {
  readonly #time: number;
  readonly #most: number;
  /** In the order in which they began. */
  readonly #arriving = new Set<Arriving>();

  constructor({ time, strangers }: BodiesOptions) {
    this.#time = time;
    this.#most = strangers;
  }

  /**
   * The body of a request.
   * @param bytes it may have at most, whatever its Content-Length says.
   * @throws BodyRefused
   */
  async read({ request, identity, network }: Visit, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (identity !== null) return readBody(request, bytes, this.#time);
    if (this.#arriving.size >= this.#most) this.#giveUpOne();
    const arriving: Arriving = { network, giveUp: new AbortController() };
    this.#arriving.add(arriving);
    try {
      return await readBody(request, bytes, this.#time, arriving.giveUp.signal);
    } finally {
      this.#arriving.delete(arriving);
    }
  }

  #giveUpOne(): void {
    const counts = new Map<string, number>();
    for (const { network } of this.#arriving) counts.set(network, (counts.get(network) ?? 0) + 1);
    const most = Math.max(...counts.values());
    for (const arriving of this.#arriving) {
      if (counts.get(arriving.network) !== most) continue;
      this.#arriving.delete(arriving);
      arriving.giveUp.abort();
      return;
    }
  }
}

/**
 * Reads a request's body.
 * @param bytes it may have at most, whatever its Content-Length says.
 * @param milliseconds it may take at most.
 * @param giveUp ends it earlier, for the sake of others.
 * @throws BodyRefused
 */
export async function readBody(
  request: Request,
  bytes: number,
  milliseconds: number,
  giveUp?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = (): BodyRefused => new BodyRefused(413, `a request may have ${bytes} bytes at most`);
  if (Number(request.headers.get("content-length") ?? 0) > bytes) throw tooLarge();
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let late: string | null = null;
  const end = (why: string): void => {
    late = why;
    void reader.cancel().catch(() => {});
  };
  const timer = setTimeout(() => end(`a request has ${milliseconds / 1000} seconds to arrive`), milliseconds);
  const make = (): void => end("the request arrived too slowly while others wait: send it again");
  giveUp?.addEventListener("abort", make);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (late !== null) throw new BodyRefused(408, late);
      if (done) return joined(parts, size);
      size += value.length;
      if (size > bytes) throw tooLarge();
      parts.push(value);
    }
  } catch (error) {
    if (error instanceof BodyRefused) throw error;
    throw new BodyRefused(499, "the request was not sent to its end");
  } finally {
    clearTimeout(timer);
    giveUp?.removeEventListener("abort", make);
    if (size > bytes) void reader.cancel().catch(() => {});
  }
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
