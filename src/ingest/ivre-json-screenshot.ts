/** The members of IVRE's ports that hold a picture of what the port shows (spec ivre §6.1). */
import type { Json } from "../model/json.ts";
import { isPicture, MAX_PICTURE, MAX_PICTURES } from "../model/picture.ts";
import type { Screenshot } from "../model/scan.ts";
import type { LeftOut } from "./ivre-json-left-out.ts";
import type { Members, Values } from "./ivre-json-values.ts";

/** Words of one picture, and characters of a word. */
const MAX_WORDS = 5000;
const MAX_WORD_LENGTH = 200;

/** Characters of the longest picture in Base64. */
const MAX_BASE64 = Math.ceil(MAX_PICTURE / 3) * 4;

export class ScreenshotMembers {
  readonly #values: Values;
  readonly #left: LeftOut;
  /** Bytes of pictures that may still come in this file. */
  #room = MAX_PICTURES;

  constructor(values: Values, left: LeftOut) {
    this.#values = values;
    this.#left = left;
  }

  /** What a port's members say of a picture; null when there is none. */
  read(port: Members): Screenshot | null {
    const screenshot: Screenshot = {};
    const words = this.#values.texts(port.screenwords, "ports.screenwords").slice(0, MAX_WORDS);
    if (words.length > 0) screenshot.words = words.map((word) => word.slice(0, MAX_WORD_LENGTH));
    const data = this.#picture(port.screendata);
    if (data !== undefined) screenshot.data = data;
    if (data !== undefined || (port.screenshot ?? null) !== null)
      screenshot.kind = port.screenshot === "empty" ? "empty" : "field";
    return screenshot.kind === undefined && screenshot.words === undefined ? null : screenshot;
  }

  /** Encoded as IVRE does, or as `gadwall get` prints it: Base64. */
  #picture(member: Json | undefined): Uint8Array | undefined {
    if (member === undefined || member === null) return undefined;
    const base64 = typeof member === "string" ? member : this.#values.bytes(member);
    const data = base64 === undefined || base64.length > MAX_BASE64 ? null : bytesOf(base64);
    if (data !== null && isPicture(data) && data.length <= Math.min(MAX_PICTURE, this.#room)) {
      this.#room -= data.length;
      return data;
    }
    this.#left.screenshots++;
    return undefined;
  }
}

/** Not as a Buffer, which writes itself as an object. */
function bytesOf(base64: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(base64, "base64");
  return new Uint8Array(buffer, byteOffset, length);
}
