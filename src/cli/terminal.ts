/**
 * Standard output and what is known of it. Everything that a command prints goes through here: writes wait
 * until the reader took them, and a reader that goes away ends the program quietly.
 */

/** The reader of standard output went away (`| head`). */
export class ClosedPipe extends Error {
  override readonly name = "ClosedPipe";
}

function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else reject("code" in error && error.code === "EPIPE" ? new ClosedPipe() : error);
    });
  });
}

export const stdout = {
  /** Writes text as it is. @throws ClosedPipe when nobody reads any more. */
  write,
  /** Writes text and a line end. */
  line: (text: string): Promise<void> => write(`${text}\n`),
  /** Waits for what was written before. */
  end: (): Promise<void> => write(""),
};

/** A remark beside the answer: goes to standard error, so that a pipe gets the answer only. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** What a stream can show. */
export interface Look {
  /** Null when it is no terminal: nothing is cut then. */
  width: number | null;
  colour: boolean;
}

/**
 * What a stream can show: colours on a terminal unless NO_COLOR is set (no-color.org) or TERM is dumb;
 * FORCE_COLOR asks for them anyway, and `FORCE_COLOR=0` forbids them.
 */
export function lookOf(
  stream: { isTTY?: boolean; columns?: number },
  env: Readonly<Record<string, string | undefined>> = process.env,
): Look {
  const tty = stream.isTTY === true;
  const forced = env.FORCE_COLOR;
  const colour =
    env.NO_COLOR !== undefined && env.NO_COLOR !== ""
      ? false
      : forced !== undefined && forced !== ""
        ? forced !== "0" && forced !== "false"
        : tty && env.TERM !== "dumb";
  return { width: tty ? Math.max(20, stream.columns || 80) : null, colour };
}

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39] } as const;

/** Text in a style, or as it is where colours are off. */
export function styled(text: string, style: keyof typeof STYLES, look: Look): string {
  const [on, off] = STYLES[style];
  return look.colour && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
}
