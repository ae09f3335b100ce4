/** What the bzip2 worker and its owner share. */

/** Bytes of compressed input handed over at once. */
export const INPUT_SIZE = 256 * 1024;

/** Decompressed pieces on their way that have not been taken yet: what bounds memory. */
export const MAX_IN_FLIGHT = 4;

/** Cells of the shared control array. */
export const INPUT_LENGTH = 0;
export const IN_FLIGHT = 1;

/** Values of INPUT_LENGTH beside a length. */
export const WANTED = -1;
export const ENDED = 0;
export const ABANDONED = -2;

export interface Channel {
  control: Int32Array<SharedArrayBuffer>;
  input: Uint8Array<SharedArrayBuffer>;
}

export type FromWorker =
  | { kind: "want" }
  | { kind: "data"; data: Uint8Array<ArrayBuffer> }
  | { kind: "end" }
  | { kind: "error"; message: string };
