/** Hashes of a text or of bytes, as hexadecimal digits. */
import { createHash } from "node:crypto";

export function md5(data: string | Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}

export function sha1(data: string | Uint8Array): string {
  return createHash("sha1").update(data).digest("hex");
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
