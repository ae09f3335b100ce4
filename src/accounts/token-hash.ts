import { createHash } from "node:crypto";

/**
 * How tokens and keys are stored: SHA-256 of the text, in hex. They are random and long, so that there is nothing to
 * guess and no salt is needed.
 */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token, "utf8").digest("hex");
}
