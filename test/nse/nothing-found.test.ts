import { expect, test } from "bun:test";
import { saysNothing } from "../../src/nse/nothing-found.ts";
import { VULNS_FAMILY } from "../../src/nse/vulns-scripts.ts";

test.each([
  ["any", "false"],
  ["any", "TIMEOUT"],
  ["any", "ERROR"],
  ["any", "\n"],
  ["any", "Unable to open connection"],
  ["ssh-hostkey", "ERROR: Script execution failed (use -d to debug)"],
  ["x", "\n  ERROR: Failed to connect to server"],
  ["msrpc-enum", "SMB: Failed to receive bytes: TIMEOUT"],
  ["http-favicon", "Unknown favicon MD5: D41D8CD98F00B204E9800998ECF8427E"],
  ["ssl-date", "TLS randomness does not represent time"],
  ["http-csrf", "\nCouldn't find any CSRF vulnerabilities.\n"],
  ["http-headers", "\n  (Request type: HEAD)\n"],
  ["fcrdns", "FAIL (No PTR record)"],
  ["smb-vuln-ms10-061", "Could not negotiate a connection:SMB: Failed to receive bytes: ERROR"],
  [
    "http-fileupload-exploiter",
    "\n  \n    Couldn't find a file-type field.\n  \n    Failed to upload and execute a payload.",
  ],
  ["http-userdir-enum", "Didn't find any users!"],
  ["smb2-capabilities", "Couldn't establish a SMBv2 connection."],
  ["tor-consensus-checker", "192.0.2.1 not found in Tor consensus"],
  ["ms-sql-query", "\n  (Use …)\n  [192.0.2.1:1433]\n    ERROR: No login credentials\n"],
])("%s %p says nothing", (id, output) => {
  expect(saysNothing(id, output)).toBe(true);
});

test.each([
  ["http-title", "ERROR: The requested URL could not be retrieved"],
  ["http-title", "Nothing found amongst the top 100"],
  ["smb-mbenum", "\n  ERROR: MSRPC: NetServerEnum2 call failed"],
  ["banner", "false friends"],
  ["ssl-date", "2023-11-14T22:13:20+00:00; +1s from scanner time."],
  ["http-headers", "\n  Server: nginx\n  (Request type: HEAD)\n"],
  ["constructor", "x"],
  ["http-xssed", "No previously reported XSS vuln."],
  [
    "http-fileupload-exploiter",
    "Successfully uploaded and executed payloads: \n  Couldn't find a file-type field.",
  ],
  ["ssl-ccs-injection", "No reply from server (TIMEOUT)"],
  ["nfs-showmount", "/srv No NFS mounts available"],
])("%s %p says something", (id, output) => {
  expect(saysNothing(id, output)).toBe(false);
});

test("the vulns family has the scripts of nmap's vulns library, and not vulners", () => {
  for (const id of [
    "smb-vuln-ms17-010",
    "http-vuln-cve2017-5638",
    "ssl-heartbleed",
    "http-vuln-wnr1000-creds",
  ])
    expect(VULNS_FAMILY.has(id)).toBe(true);
  for (const id of ["vulners", "vulscan", "ssl-cert"]) expect(VULNS_FAMILY.has(id)).toBe(false);
});
