import type { Identity } from "../accounts/identity.ts";
import { networkKey } from "../model/network.ts";
import type { Asked } from "./rpc.ts";

/** The path of a request. Bun gives no whole URL where the Host header is missing or broken. */
export function pathOf(request: Request): string {
  return new URL(request.url, "http://unknown").pathname;
}

/** One request on its way through the server, and what became known of it. */
export class Visit {
  readonly request: Request;
  readonly path: string;
  readonly started = performance.now();
  /** Address of who asks (client-address.ts). */
  readonly client: string;
  /** The network of that address. */
  readonly network: string;
  /** A trusted proxy is between. */
  readonly viaProxy: boolean;
  /** Under which origin it was sent; set when the guard has let it in. */
  origin = "";
  /** The bearer token that it came with. */
  bearer: string | null = null;
  identity: Identity | null = null;
  /** What its messages ask for: several in a batch, none where it is no message. */
  asked: readonly Asked[] = [];
  /** The answer is a stream on which nothing is awaited: ended at once when the server shall end. */
  waiting = false;
  readonly #ends: (() => void)[] = [];
  #ended = false;

  constructor(request: Request, { client, viaProxy }: { client: string; viaProxy: boolean }) {
    this.request = request;
    this.path = pathOf(request);
    this.client = client;
    this.network = networkKey(client);
    this.viaProxy = viaProxy;
  }

  /** Whom limits count it for. */
  get who(): string {
    return this.identity === null ? `network ${this.network}` : `user ${this.identity.email}`;
  }

  /** Has something done when the answer is sent, or nobody wants it any more. */
  atEnd(action: () => void): void {
    if (this.#ended) action();
    else this.#ends.push(action);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const action of this.#ends.splice(0)) action();
  }
}
