/**
 * An error whose message is meant for the user: one sentence that stands alone and says what is wrong,
 * where, and what to do. Printed as it is at the terminal and returned as a tool result over MCP.
 * Anything else that is thrown is a bug and is reported as one.
 */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

/** The command line itself is wrong (exit code 2). */
export class UsageError extends UserError {
  override readonly name = "UsageError";
}
