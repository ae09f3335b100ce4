import type { Readable, Writable } from "node:stream";
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResponse,
  type JSONRPCMessage,
  ReadBuffer,
  serializeMessage,
  type Transport,
} from "@modelcontextprotocol/server";

/** Milliseconds that calls in flight are given to be answered after the end of input. */
const LAST_ANSWERS = 5000;

/**
 * JSON-RPC, one message a line. Like the SDK's own transport, but what was asked before the end of input is
 * still answered: `printf … | gadwall mcp-server` gets its answers.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport["onmessage"];
  /** Resolves when nothing more will be read or written. */
  readonly closed: Promise<void>;

  readonly #input: Readable;
  readonly #output: Writable;
  readonly #buffer = new ReadBuffer();
  /** Requests that were not answered yet. */
  readonly #unanswered = new Set<string | number>();
  #ended = false;
  #isClosed = false;
  #resolveClosed: () => void = () => {};

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  async start(): Promise<void> {
    this.#input.on("data", this.#read);
    this.#input.on("end", this.#end);
    this.#input.on("close", this.#end);
    this.#input.on("error", this.#end);
    // The client has gone (EPIPE): nobody to tell.
    this.#output.on("error", this.#close);
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error("the connection is closed"));
    return new Promise((resolve, reject) => {
      this.#output.write(serializeMessage(message), (error) => {
        if (isJSONRPCResponse(message) && message.id !== undefined) this.#answered(message.id);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    this.#close();
  }

  readonly #read = (chunk: Buffer): void => {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.onerror?.(error as Error);
      this.#close();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.#receive(message);
      } catch {
        this.onerror?.(new Error("a line that is no JSON-RPC message was ignored"));
      }
    }
  };

  #receive(message: JSONRPCMessage): void {
    // A subscription is answered when the connection ends.
    if (isJSONRPCRequest(message) && message.method !== "subscriptions/listen")
      this.#unanswered.add(message.id);
    if (isJSONRPCNotification(message) && message.method === "notifications/cancelled") {
      const id = message.params?.requestId;
      if (typeof id === "string" || typeof id === "number") this.#answered(id);
    }
    this.onmessage?.(message);
  }

  #answered(id: string | number): void {
    this.#unanswered.delete(id);
    if (this.#ended && this.#unanswered.size === 0) this.#close();
  }

  readonly #end = (): void => {
    if (this.#ended) return;
    // A last line may lack its newline.
    this.#read(Buffer.from("\n"));
    this.#ended = true;
    if (this.#unanswered.size === 0) this.#close();
    else setTimeout(this.#close, LAST_ANSWERS).unref();
  };

  readonly #close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.off("data", this.#read);
    this.#input.pause();
    this.#buffer.clear();
    this.onclose?.();
    this.#resolveClosed();
  };
}
