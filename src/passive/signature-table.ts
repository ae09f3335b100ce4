/**
 * Signatures of our own, used where no nmap is installed: what common servers call themselves. The first row
 * that matches wins, so the specific stand before the general. Every row has an example in
 * test/passive/signature-table.test.ts.
 */
import type { Seen, Signature } from "./signature-row.ts";
import { HTTP } from "./signatures-http.ts";
import { FTP, MAIL, SMTP } from "./signatures-mail.ts";
import { OTHERS } from "./signatures-others.ts";
import { SSH } from "./signatures-ssh.ts";

/** All rows, by where they are looked for. */
export const SIGNATURES: Readonly<Record<Seen, readonly Signature[]>> = {
  "http-server": HTTP,
  ssh: SSH,
  banner: [...SSH, ...FTP, ...SMTP, ...MAIL, ...OTHERS],
};
