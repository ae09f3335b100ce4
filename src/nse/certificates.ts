/** `ssl-cert` and `ssl-cacert`: a list of certificate objects (spec ivre §6.3), read from the PEM that nmap gives. */
import type { Json } from "../model/json.ts";
import { type Certificate, readCertificate } from "../passive/certificate.ts";
import { certificateHostnames } from "../passive/certificate-hostnames.ts";
import { certificatesText, certificateText, pemOf } from "../passive/certificate-text.ts";
import { nmapCertificate } from "./nmap-certificate.ts";
import { certificatesIn } from "./pem.ts";
import { type Table, tableOf, textOf, textsOf } from "./table.ts";
import type { Findings, Treatment } from "./treatment.ts";

const KEY = "ssl-cert";

/** A certificate, and the text to show for it; without one, what nmap wrote stands. */
interface Found {
  certificate: Table;
  text?: string;
}

export const certificates: Treatment = ({ id, output, data }) => {
  const elements = data === undefined ? [] : Array.isArray(data) ? data : [data];
  const found = elements.flatMap(inElement);
  // Old versions of nmap, and those that cannot read certificates themselves, have it in the text only.
  if (found.length === 0) found.push(...inPem(output));
  if (found.length === 0 && elements.length === 0) return { scripts: [{ id, output }] };
  const texts = found.flatMap(({ text }) => text ?? []);
  const complete = found.length > 0 && texts.length === found.length;
  const findings: Findings = {
    scripts: [
      {
        id,
        output: complete ? certificatesText(texts) : output,
        key: KEY,
        data: found.length > 0 ? found.map(({ certificate }) => certificate) : elements,
      },
    ],
  };
  // A certificate of an authority names the authority, not the host.
  if (id === KEY) findings.hostnames = found.flatMap(({ certificate }) => hostnames(certificate));
  return findings;
};

function inElement(element: Json): Found[] {
  const table = tableOf(element);
  const found = inPem(textOf(table === undefined ? element : table.pem) ?? "");
  if (table === undefined || found.some(({ text }) => text !== undefined)) return found;
  // Hashes of a sequence that is no certificate are better than none.
  return [{ certificate: { ...found[0]?.certificate, ...nmapCertificate(table) } }];
}

function inPem(pem: string): Found[] {
  return certificatesIn(pem).flatMap((base64) => {
    const certificate = readCertificate(base64);
    return certificate === null ? [] : [foundAs(certificate, base64)];
  });
}

function foundAs(certificate: Certificate, base64: string): Found {
  const data: Table = { ...certificate, pem: pemOf(base64) };
  return certificate.subject_text === undefined
    ? { certificate: data }
    : { certificate: data, text: certificateText(certificate, base64) };
}

function hostnames({ subject, subject_text, san }: Table): { name: string; type: string }[] {
  const last = textOf(tableOf(subject)?.commonName);
  // The object has the last one of several only. No host name has the slash that is between the parts.
  const all = [...(textOf(subject_text) ?? "").matchAll(/(?:^|\/)commonName=([^/]*)/g)].map(
    ([, name]) => name!,
  );
  return certificateHostnames(
    [...new Set([...all.slice(0, -1), ...(last === undefined ? [] : [last])])],
    textsOf(san) ?? [],
  );
}
