/**
 * Worker thread that decompresses bzip2: the decoder pulls its input byte by byte, so it waits here, in shared
 * memory, while the main thread stays free. A build entry point of its own (build.ts).
 */
import bzip from "seek-bzip";
import {
  ABANDONED,
  type Channel,
  ENDED,
  type FromWorker,
  IN_FLIGHT,
  INPUT_LENGTH,
  MAX_IN_FLIGHT,
  WANTED,
} from "./bzip2-channel.ts";

declare const self: {
  onmessage: ((event: { data: Channel }) => void) | null;
  postMessage(message: FromWorker, transfer?: ArrayBuffer[]): void;
};

const OUTPUT_SIZE = 256 * 1024;

/** The owner no longer wants the data. */
class Abandoned extends Error {}

self.onmessage = ({ data: { control, input } }) => {
  let length = 0;
  let at = 0;
  let ended = false;

  /** False at the end of the input. */
  const fill = (): boolean => {
    if (ended) return false;
    Atomics.store(control, INPUT_LENGTH, WANTED);
    self.postMessage({ kind: "want" });
    Atomics.wait(control, INPUT_LENGTH, WANTED);
    length = Atomics.load(control, INPUT_LENGTH);
    if (length === ABANDONED) throw new Abandoned();
    at = 0;
    ended = length === ENDED;
    return !ended;
  };

  let output = new Uint8Array(OUTPUT_SIZE);
  let filled = 0;
  const flush = (): void => {
    if (filled === 0) return;
    while (Atomics.load(control, IN_FLIGHT) >= MAX_IN_FLIGHT) {
      Atomics.wait(control, IN_FLIGHT, MAX_IN_FLIGHT, 100);
      if (Atomics.load(control, INPUT_LENGTH) === ABANDONED) throw new Abandoned();
    }
    Atomics.add(control, IN_FLIGHT, 1);
    const data = output.subarray(0, filled);
    self.postMessage({ kind: "data", data }, [data.buffer]);
    output = new Uint8Array(OUTPUT_SIZE);
    filled = 0;
  };

  const readByte = (): number => {
    if (at >= length && !fill()) throw new TypeError("Unexpected input EOF");
    return input[at++]!;
  };
  try {
    bzip.decode(
      {
        readByte,
        read(buffer, offset, count) {
          for (let i = 0; i < count; i++) buffer[offset + i] = readByte();
          return count;
        },
        eof: () => at >= length && !fill(),
      },
      {
        writeByte(byte) {
          if (filled === OUTPUT_SIZE) flush();
          output[filled++] = byte;
        },
      },
      true,
    );
    flush();
    self.postMessage({ kind: "end" });
  } catch (error) {
    if (error instanceof Abandoned) return;
    flush();
    self.postMessage({ kind: "error", message: error instanceof Error ? error.message : String(error) });
  }
};
