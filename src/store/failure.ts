/** What the disk, the memory or a damaged file did to a change, told as such: it is no bug of ours. */
import { UserError } from "../model/errors.ts";

const FULL = /no space left on device|disk quota exceeded|ENOSPC|EDQUOT/i;
const MEMORY = /^Out of Memory Error/;
/** What DuckDB and the system say of files. */
const FILE =
  /^(IO Error|Permission Error|FATAL Error: Failed to create checkpoint)|^E[A-Z]+: .*, (copyfile|open|rename|chmod|link|fsync|write|unlink)/;

/** Gives back the error itself when it is none of these. `draft` is named as the database that it stands for. */
export function changeFailure(error: unknown, path: string, draft: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const said = (error.message.split("\n", 1)[0] ?? "").replaceAll(draft, path);
  const told = (text: string): UserError => new UserError(text, { cause: error });
  if (FULL.test(said)) return told(`no space left to write the database ${path}: it is as it was before`);
  if (MEMORY.test(said)) {
    return told(
      `the memory does not hold this change (${said}): the database is as it was before; import fewer files at once`,
    );
  }
  if (FILE.test(said)) return told(`cannot write the database ${path}: ${said}`);
  return error;
}
