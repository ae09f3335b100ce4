/** A certificate for people to read (spec ivre §6.3, human output). */
import type { Certificate } from "./certificate.ts";

/** The certificate in PEM, 64 characters a line. */
export function pemOf(base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** The texts of several certificates as one. */
export function certificatesText(texts: readonly string[]): string {
  return texts.join(`\n${"-".repeat(64)}\n`);
}

function grouped(hex: string): string {
  return (hex.match(/.{1,4}/g) ?? []).join(" ");
}

/** `2021-12-27 00:00:00+00:00` */
function dateText(iso: string): string {
  return iso.replace("T", " ").replace("Z", "+00:00");
}

/** The lines that IVRE shows for script `ssl-cert`; with the PEM when its base64 is given. */
export function certificateText(certificate: Certificate, base64?: string): string {
  const { subject_text, issuer_text, pubkey, not_before, not_after, san = [] } = certificate;
  const lines: string[] = [];
  const line = (label: string, value: string | number | undefined) => {
    if (value !== undefined) lines.push(`${label}${value}`);
  };
  line("Subject: ", subject_text);
  line("Issuer: ", issuer_text);
  line("Public Key type: ", pubkey?.type);
  line("Public Key bits: ", pubkey?.bits);
  line("Not valid before: ", not_before && dateText(not_before));
  line("Not valid after:  ", not_after && dateText(not_after));
  for (const name of san) line("Subject Alternative Name: ", name);
  line("MD5:   ", grouped(certificate.md5));
  line("SHA-1: ", grouped(certificate.sha1));
  line("SHA-256:", grouped(certificate.sha256));
  if (base64 !== undefined) lines.push(pemOf(base64));
  return lines.join("\n");
}
