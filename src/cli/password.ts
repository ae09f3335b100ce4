import { LONGEST_PASSWORD } from "../accounts/arguments.ts";
import { UserError } from "../model/errors.ts";

/** Four bytes a character and a line end: whatever is longer is no password. */
const MOST_BYTES = LONGEST_PASSWORD * 4 + 2;

/**
 * The one line that standard input holds, without its end.
 * @throws UserError which does not repeat it.
 */
export async function passwordFrom(input: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of input) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new UserError("standard input is too long for a password");
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw new UserError("the password on standard input is not UTF-8", { cause });
  }
  const password = text.replace(/\r?\n$/, "");
  if (password === "") throw new UserError("there is no password on standard input");
  return password;
}
