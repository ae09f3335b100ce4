import { expect, test } from "bun:test";
import { certificateHostnames } from "../../src/passive/certificate-hostnames.ts";

test.each([
  ["DNS:*.example.org", "cert-san-dns", "*.example.org"],
  ["URI:https://id.example.com:8443/x", "cert-san-uri", "id.example.com"],
  ["URI:ldap://user:pw@dc.example.com/", "cert-san-uri", "dc.example.com"],
  ["DirName:CN=dir.example.com,O=A\\+B", "cert-san-dirname-cn", "dir.example.com"],
  ["DirName:C=DE,CN=last.example.com", "cert-san-dirname-cn", "last.example.com"],
  ["othername:UPN:host/web.example.com@EXAMPLE.COM", "cert-san-othername-upn", "web.example.com"],
  ["othername:UPN:printer7", "cert-san-othername-upn", "printer7"],
  ["othername:SRVName:_imap.example.com", "cert-san-othername-srvname", "_imap.example.com"],
])("%s", (entry, type, name) => {
  expect(certificateHostnames([], [entry])).toEqual([{ name, type }]);
});

test.each([
  "othername:UPN:S-1-5-21-1",
  "URI:urn:uuid:1",
  "DirName:O=x",
  "IP Address:192.0.2.1",
  "email:a@b.c",
  "",
])("%p names no host", (entry) => {
  expect(certificateHostnames([], [entry])).toEqual([]);
});

test("the subject comes first", () => {
  expect(certificateHostnames(["www.example.com"], ["DNS:a.example.com"])).toEqual([
    { name: "www.example.com", type: "cert-subject-cn" },
    { name: "a.example.com", type: "cert-san-dns" },
  ]);
});
