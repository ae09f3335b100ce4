/** The part of seek-bzip that is used; the package brings no types. */
declare module "seek-bzip" {
  interface Input {
    /** The next byte, or -1 at the end. */
    readByte(): number;
    read(buffer: Uint8Array, offset: number, length: number): number;
    eof(): boolean;
  }
  const bzip: {
    /** Throws TypeError for data that is damaged. */
    decode(input: Input, output: { writeByte(byte: number): void }, multistream: boolean): void;
  };
  export default bzip;
}
