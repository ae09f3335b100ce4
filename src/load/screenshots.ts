/**
 * The pictures that scripts saved (`*-screenshot`): a scan names the files, which lie beside it. The names come
 * from the scan, so nothing outside the scan's own folder is read, no link followed, nothing kept that is no picture.
 */
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { amount } from "../model/amount.ts";
import { isPicture, MAX_PICTURE, MAX_PICTURES } from "../model/picture.ts";
import type { Host, Screenshot } from "../model/scan.ts";
import type { Input } from "./files.ts";

/** What scripts call their files: a name without a folder. */
const BARE_NAME = /^[^/\\\0]{1,250}\.(?:jpe?g|png|gif)$/i;

/** Why a picture is not kept, as the summary says it. */
const REASONS = {
  name: "not named as JPEG, PNG or GIF files beside the scan",
  missing: "not found beside the scan",
  stdin: "not looked for, as standard input has no folder",
  unread: "not readable as plain files beside the scan",
  large: `larger than ${MAX_PICTURE / 1024 ** 2} MiB`,
  other: "neither JPEG, PNG nor GIF",
  full: `more than the ${MAX_PICTURES / 1024 ** 3} GiB of pictures that are kept of one file`,
} as const;
type Reason = keyof typeof REASONS;

// O_NONBLOCK: opening a named pipe would wait for its writer.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function readPicture(path: string, room: number): Promise<Uint8Array | Reason> {
  const file = await open(path, FLAGS);
  try {
    const found = await file.stat();
    if (!found.isFile()) return "unread";
    if (found.size > MAX_PICTURE) return "large";
    if (found.size > room) return "full";
    // A file that grows meanwhile is cut off at the size it had.
    const bytes = new Uint8Array(found.size);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
    const picture = bytes.subarray(0, bytesRead);
    return isPicture(picture) ? picture : "other";
  } finally {
    await file.close();
  }
}

/** Reads the pictures that the hosts of one file name. */
export class Screenshots {
  readonly #input: Input;
  /** Of the file itself, wherever links to it lie. */
  #folder: string | null = null;
  #room: number;
  #named = 0;
  readonly #left = new Map<Reason, number>();

  /** @param room bytes of all pictures together. */
  constructor(input: Input, room = MAX_PICTURES) {
    this.#input = input;
    this.#room = room;
  }

  /** Puts the pictures' content where the host's ports only name files; never throws for what a host names. */
  async resolve(host: Host): Promise<void> {
    for (const port of host.ports) {
      const { screenshot } = port;
      if (screenshot?.file === undefined) continue;
      this.#named++;
      const picture = await this.#picture(screenshot.file);
      if (typeof picture === "string") {
        this.#left.set(picture, (this.#left.get(picture) ?? 0) + 1);
        delete port.screenshot;
      } else {
        this.#room -= picture.length;
        port.screenshot = { kind: "field", data: picture } satisfies Screenshot;
      }
    }
  }

  /** What to say of pictures that were not kept; null when there is nothing to say. */
  get note(): string | null {
    if (this.#left.size === 0) return null;
    const reasons = [...this.#left].map(([reason, count]) => `${count} ${REASONS[reason]}`);
    return `of ${amount(this.#named, "screenshot")}, left out: ${reasons.join(", ")}`;
  }

  async #picture(name: string): Promise<Uint8Array | Reason> {
    if (this.#input.stdin) return "stdin";
    if (!BARE_NAME.test(name)) return "name";
    try {
      this.#folder ??= dirname(await realpath(this.#input.path));
      return await readPicture(join(this.#folder, name), this.#room);
    } catch (error) {
      return error instanceof Error && "code" in error && error.code === "ENOENT" ? "missing" : "unread";
    }
  }
}
