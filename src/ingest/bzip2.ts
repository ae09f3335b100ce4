import {
  ABANDONED,
  type Channel,
  ENDED,
  type FromWorker,
  IN_FLIGHT,
  INPUT_LENGTH,
  INPUT_SIZE,
} from "./bzip2-channel.ts";

/**
 * Decompresses bzip2 in a worker thread, pulling input and giving output as they are wanted.
 * @throws TypeError for damaged data, after everything that came before the damage.
 */
export async function* bunzip2(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const channel: Channel = {
    control: new Int32Array(new SharedArrayBuffer(8)),
    input: new Uint8Array(new SharedArrayBuffer(INPUT_SIZE)),
  };
  const { control } = channel;
  const worker = new Worker(new URL("./bzip2-worker.ts", import.meta.url).href);
  const inbox: FromWorker[] = [];
  let wake: (() => void) | null = null;
  const receive = (message: FromWorker): void => {
    inbox.push(message);
    wake?.();
  };
  worker.onmessage = (event: MessageEvent<FromWorker>) => receive(event.data);
  worker.onerror = (event) => receive({ kind: "error", message: event.message });

  const source = pieces(chunks);
  const supply = async (): Promise<void> => {
    const next = await source.next();
    if (!next.done) channel.input.set(next.value);
    Atomics.store(control, INPUT_LENGTH, next.done ? ENDED : next.value.length);
    Atomics.notify(control, INPUT_LENGTH);
  };
  try {
    worker.postMessage(channel);
    for (;;) {
      const message = inbox.shift();
      if (message === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
        continue;
      }
      if (message.kind === "end") return;
      if (message.kind === "error") throw new TypeError(message.message);
      if (message.kind === "want") {
        await supply();
        continue;
      }
      yield message.data;
      Atomics.sub(control, IN_FLIGHT, 1);
      Atomics.notify(control, IN_FLIGHT);
    }
  } finally {
    // A waiting worker must be let go before it can be ended.
    Atomics.store(control, INPUT_LENGTH, ABANDONED);
    Atomics.notify(control, INPUT_LENGTH);
    Atomics.notify(control, IN_FLIGHT);
    worker.terminate();
    await source.return(undefined);
  }
}

/** Chunks of any size as pieces that fit into the shared input buffer. */
async function* pieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += INPUT_SIZE) yield chunk.subarray(at, at + INPUT_SIZE);
  }
}
