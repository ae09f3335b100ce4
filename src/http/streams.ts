import type { Visit } from "./visit.ts";

/** A comment (HTML standard, "Server-sent events"): clients pass over it. */
const OPENED = new TextEncoder().encode(": open\n\n");

interface Open {
  visit: Visit;
  end(): void;
}

/** The answers that are streams, as long as they are sent. */
export class Streams {
  readonly #open = new Set<Open>();

  get size(): number {
    return this.#open.size;
  }

  /** The response; `visit` ends with its body. */
  watch(response: Response, visit: Visit): Response {
    if (response.body === null || !isStream(response)) {
      visit.end();
      return response;
    }
    const reader = response.body.getReader();
    const done = (): void => {
      this.#open.delete(open);
      visit.end();
    };
    let close: () => void = () => {};
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        // Bun sends the head with the first bytes: a client shall not wait for them.
        controller.enqueue(OPENED);
        close = () => {
          try {
            controller.close();
          } catch {
            // It was closed or cancelled before.
          }
        };
      },
      pull: async (controller) => {
        try {
          const { done: over, value } = await reader.read();
          if (value !== undefined) controller.enqueue(value);
          if (!over) return;
        } catch {
          // Whoever made the stream gave up on it.
        }
        done();
        close();
      },
      cancel: (reason) => {
        done();
        return reader.cancel(reason).catch(() => {});
      },
    });
    const open: Open = {
      visit,
      end: () => {
        done();
        close();
        void reader.cancel().catch(() => {});
      },
    };
    this.#open.add(open);
    return new Response(body, { status: response.status, headers: response.headers });
  }

  /** Ends the streams on which nothing is awaited. */
  endWaiting(): void {
    for (const open of [...this.#open]) if (open.visit.waiting) open.end();
  }

  /** Ends the streams of whoever is not welcome any more: his key was revoked while he listened. */
  async sweep(isWelcome: (visit: Visit) => Promise<boolean>): Promise<void> {
    for (const open of [...this.#open]) if (!(await isWelcome(open.visit))) open.end();
  }
}

/** True for server-sent events: what has no end known beforehand. */
export function isStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") === true;
}
