import { expect, test } from "bun:test";
import { derivedName } from "../../src/ingest/nmap-values.ts";
import { certificateHostnames } from "../../src/passive/certificate-hostnames.ts";
import { load, rows } from "./world.ts";

const SAN = [
  ...["DNS:A.example.com.", "DNS:10.0.0.1", "DNS:two words", "DNS:", "DNS:line\nbreak"],
  ...["URI:https://id.example.com:8443/x", "URI:ldap://user:pw@dc.example.com/", "URI:urn:uuid:1", "URI://x"],
  ...[
    "DirName:CN=dir.example.com,O=A\\+B",
    "DirName:C=DE+CN=last.example.com",
    "DirName:O=CN=no",
    "DirName:CN=",
  ],
  ...["othername:UPN:host/web.example.com@REALM", "othername:UPN:/x@y", "othername:UPN:printer7"],
  ...["othername:UPN:S-1-5-21-1", "othername:UPN:s-1-5-21-2", "othername:UPN:user@example.com"],
  ...[
    "othername:SRVName:_imap.example.com",
    "othername:1.2.3.4",
    "IP Address:192.0.2.1",
    "email:a@example.com",
  ],
];

test("passive records and scripts find the same host names in a certificate", async () => {
  const connection = await load([
    {
      sensor: "tap",
      observations: [
        {
          recontype: "SSL_SERVER",
          source: "cert",
          port: 443,
          value: "AAAA",
          lastseen: 1,
          infos: { subject: { commonName: "WWW.example.com" }, san: SAN },
        },
      ],
    },
  ]);
  const names = certificateHostnames(["WWW.example.com"], SAN).flatMap(({ name, type }) => {
    const derived = derivedName(name);
    return derived === undefined ? [] : [[type, derived]];
  });
  expect(names).toHaveLength(10);
  expect(await rows(connection, "SELECT type, name FROM view.hostname ORDER BY ALL")).toEqual(names.sort());
});
