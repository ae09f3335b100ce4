/** Certificates in PEM (RFC 7468) as it arrives in scan results: without line breaks, several, or cut off. */

const BEGIN = "-----BEGIN CERTIFICATE-----";
const DASHES = "-----";

/** More than any chain of certificates has. */
const MAX_CERTIFICATES = 100;

/** How the base64 of a certificate begins: a sequence longer than 127 bytes. */
const BARE = /^\s*MI/;

/** The base64 of each certificate, without white space; whether it is any good is not looked at. */
export function certificatesIn(text: string): string[] {
  const found: string[] = [];
  let begin = text.indexOf(BEGIN);
  if (begin < 0 && BARE.test(text)) return [withoutSpace(text)];
  while (begin >= 0 && found.length < MAX_CERTIFICATES) {
    const start = begin + BEGIN.length;
    // The line of the end, or of the next certificate where that is missing.
    const end = text.indexOf(DASHES, start);
    const base64 = withoutSpace(text.slice(start, end < 0 ? undefined : end));
    if (base64 !== "") found.push(base64);
    begin = text.indexOf(BEGIN, start);
  }
  return found;
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, "");
}
