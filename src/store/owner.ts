import { statSync } from "node:fs";
import { UserError } from "../model/errors.ts";

/**
 * Changing a database puts a new file in its place, which would be ours: its owner, a server for example, could not read it
 * any more. Nothing is known of that on Windows.
 * @throws UserError when it is somebody else's.
 */
export function checkOwner(path: string): void {
  const us = process.getuid?.();
  const found = statSync(path, { throwIfNoEntry: false });
  if (us === undefined || found === undefined || found.uid === us) return;
  throw new UserError(
    `the database ${path} belongs to user id ${found.uid}, and this runs as ${us}: run it as its owner, who could not read it afterwards`,
  );
}
