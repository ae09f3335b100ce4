import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";
import { readCertificate } from "../../src/passive/certificate.ts";
import { certificatesText, certificateText, pemOf } from "../../src/passive/certificate-text.ts";
import { ED25519, SAN } from "../passive/certificates.ts";

const NMAP_TEXT = "Subject: commonName=www.example.com";

const objectOf = (base64: string) => ({ ...readCertificate(base64), pem: pemOf(base64) });
const textOf = (base64: string) => certificateText(readCertificate(base64)!, base64);

test("the certificate is read from the PEM, in place of nmap's table and text", () => {
  const { scripts, hostnames } = treat({
    id: "ssl-cert",
    output: NMAP_TEXT,
    data: { subject: { commonName: "something else" }, pem: pemOf(SAN) },
  });
  expect(scripts).toEqual([{ id: "ssl-cert", output: textOf(SAN), key: "ssl-cert", data: [objectOf(SAN)] }]);
  expect(scripts[0]?.output).toEndWith("\n-----END CERTIFICATE-----\n");
  expect(hostnames).toContainEqual({ name: "www.example.com", type: "cert-subject-cn" });
  expect(hostnames).toContainEqual({ name: "*.example.org", type: "cert-san-dns" });
});

test("the PEM is written anew, however it came", () => {
  const { scripts } = treat({
    id: "ssl-cert",
    output: NMAP_TEXT,
    data: { pem: pemOf(SAN).replaceAll("\n", "") },
  });
  expect(scripts[0]?.data).toEqual([objectOf(SAN)]);
});

test("certificates of authorities are under the same key, and name no host", () => {
  const { scripts, hostnames } = treat({ id: "ssl-cacert", output: NMAP_TEXT, data: { pem: pemOf(SAN) } });
  expect(scripts).toEqual([
    { id: "ssl-cacert", output: textOf(SAN), key: "ssl-cert", data: [objectOf(SAN)] },
  ]);
  expect(hostnames).toBeUndefined();
});

test.each([
  ["in one text", { pem: pemOf(SAN) + pemOf(ED25519) }],
  ["in a list of tables", [{ pem: pemOf(SAN) }, { pem: pemOf(ED25519) }]],
  ["in a list of texts", [pemOf(SAN), pemOf(ED25519)]],
])("several certificates %s", (_, data) => {
  const { scripts, hostnames } = treat({ id: "ssl-cert", output: NMAP_TEXT, data });
  expect(scripts[0]?.data).toEqual([objectOf(SAN), objectOf(ED25519)]);
  expect(scripts[0]?.output).toBe(certificatesText([textOf(SAN), textOf(ED25519)]));
  expect(hostnames).toContainEqual({ name: "key.example.com", type: "cert-subject-cn" });
});

test("a certificate in the text only is read from there", () => {
  const { scripts } = treat({ id: "ssl-cert", output: `${NMAP_TEXT}\n${pemOf(SAN)}` });
  expect(scripts[0]).toEqual({ id: "ssl-cert", output: textOf(SAN), key: "ssl-cert", data: [objectOf(SAN)] });
});

test("a PEM that cannot be read leaves nmap's table and text, with the hashes of what there is", () => {
  const table = { subject: { commonName: "a.example" }, pubkey: { bits: "1024" } };
  const { scripts, hostnames } = treat({
    id: "ssl-cert",
    output: NMAP_TEXT,
    data: { ...table, pem: pemOf("MAIFAA==") },
  });
  expect(scripts[0]).toMatchObject({
    output: NMAP_TEXT,
    key: "ssl-cert",
    data: [{ subject: { commonName: "a.example" }, pubkey: { bits: 1024 }, md5: expect.any(String) }],
  });
  expect(hostnames).toEqual([{ name: "a.example", type: "cert-subject-cn" }]);
});

test("a PEM that is cut off leaves nmap's table and text, and no hash but nmap's", () => {
  const pem = pemOf(SAN.slice(0, 400));
  const table = { subject: { commonName: "a.example" }, sha1: "0123" };
  expect(treat({ id: "ssl-cert", output: NMAP_TEXT, data: { ...table, pem } }).scripts).toEqual([
    { id: "ssl-cert", output: NMAP_TEXT, key: "ssl-cert", data: [{ ...table, pem }] },
  ]);
  expect(treat({ id: "ssl-cert", output: pem }).scripts).toEqual([{ id: "ssl-cert", output: pem }]);
});

test.each([
  ["no PEM", { subject: { commonName: "a.example" } }, [{ subject: { commonName: "a.example" } }]],
  [
    "a PEM that is no base64",
    { pem: "-----BEGIN CERTIFICATE-----\n?" },
    [{ pem: "-----BEGIN CERTIFICATE-----\n?" }],
  ],
  ["something else", ["x"], ["x"]],
])("%s: nmap's table in a list", (_, data, expected) => {
  expect(treat({ id: "ssl-cert", output: NMAP_TEXT, data }).scripts).toEqual([
    { id: "ssl-cert", output: NMAP_TEXT, key: "ssl-cert", data: expected },
  ]);
});

test("of several common names each is a host name", () => {
  const der = Buffer.from(SAN, "base64");
  // The organizational units (2.5.4.11) of issuer and subject become common names (2.5.4.3).
  const id = Buffer.from("060355040b", "hex");
  for (let at = der.indexOf(id); at >= 0; at = der.indexOf(id, at + 1)) der[at + 4] = 3;
  const { hostnames } = treat({ id: "ssl-cert", output: "", data: { pem: pemOf(der.toString("base64")) } });
  const names = hostnames?.filter(({ type }) => type === "cert-subject-cn").map(({ name }) => name);
  expect(names).toEqual(["first", "Größe", "www.example.com"]);
});

test("text only stays text", () => {
  expect(treat({ id: "ssl-cert", output: NMAP_TEXT }).scripts).toEqual([
    { id: "ssl-cert", output: NMAP_TEXT },
  ]);
});

test("a table may have any key", () => {
  const data = JSON.parse(
    '{"__proto__": {"polluted": "x"}, "subject": {"__proto__": "y"}, "pubkey": {"__proto__": "z"}}',
  );
  const [script] = treat({ id: "ssl-cert", output: NMAP_TEXT, data }).scripts;
  expect(JSON.stringify(script?.data)).toContain('"__proto__":"z"');
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});
