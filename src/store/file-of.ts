import { existsSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UserError } from "../model/errors.ts";

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * The file that a path names through symbolic links, also when it is not there yet: renaming over a link would
 * replace the link and leave the file it names behind.
 * @throws UserError when links lead nowhere.
 */
export function fileOf(named: string): string {
  if (existsSync(named)) return realpathSync(named);
  let path = named;
  for (let links = 0; links < MOST_LINKS; links++) {
    let target: string;
    try {
      target = readlinkSync(path);
    } catch {
      return path;
    }
    path = resolve(realpathSync(dirname(path)), target);
    // Not made here: it may be a disk that is not mounted.
    if (!existsSync(dirname(path)))
      throw new UserError(
        `the database ${named} is a link to ${path}, whose folder does not exist: make the folder, or remove the link`,
      );
  }
  throw new UserError(`the database ${named} is a link that leads to itself: remove it`);
}
