/**
 * An error whose message is meant for the user: one sentence that stands alone and says what is wrong,
 * where, and what to do. Printed as it is at the terminal and returned as a tool result over MCP.
 * Anything else that is thrown is a bug and is reported as one.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
  /** The argument that it is about, as the MCP tools call it, where the sentence alone does not tell. */
  argument: string | null;

  constructor(
    message: string,
    { argument = null, ...options }: ErrorOptions & { argument?: string | null } = {},
  ) {
    super(message, options);
    this.argument = argument;
  }
}

/** What is wrong with the database file, or what must be done with it first. */
export class StoreError extends UserError {
  override readonly name = "StoreError";
}

/**
 * Reads something that an argument says: an error meant for the user is then about that argument, the outermost
 * when several are named.
 */
export function about<T>(argument: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) error.argument = argument;
    throw error;
  }
}

/** The same for what is read later. */
export async function aboutLater<T>(argument: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UserError) error.argument ??= argument;
    throw error;
  }
}

/** The command line itself is wrong (exit code 2). */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}

/** Reads something of the command line: an error meant for the user is then one of usage. */
export function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof UserError ? new UsageError(error.message, { cause: error }) : error;
  }
}
