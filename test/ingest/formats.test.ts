import { expect, test } from "bun:test";
import { detect } from "../../src/ingest/formats.ts";
import { bytesOf } from "./read-events.ts";

test.each([
  ["<nmaprun>"],
  ["\n  <?xml version='1.0'?><nmaprun scanner='nmap'>"],
  [
    '<?xml version="1.0"?><!DOCTYPE nmaprun PUBLIC "-//IDN nmap.org//DTD Nmap XML 1.04//EN" "x"><!-- <report> --><nmaprun>',
  ],
  [`<?xml version="1.0"?><!-- ${"long ".repeat(2000)}`],
  ["<nmapr"],
])("nmap XML: %s", (head) => {
  expect(detect(bytesOf(head))).toMatchObject({ name: "nmap-xml" });
});

test.each([
  ['{"schema_version": 22, "addr": "192.0.2.1"}'],
  ['\ufeff[\n  {\n    "state": "up", "addr": "192.0.2.1"'],
  [`{"openports":{"count":0},"ports":[{"scripts":[{"output":"${"a".repeat(5000)}`],
  ['{"recontype":"DNS_ANSWER","targetval":"x.example"}'],
])("IVRE's JSON, %#", (head) => {
  expect(detect(bytesOf(head))).toMatchObject({ name: "ivre-json" });
});

test.each([
  ['{"infos":{"schema_version":1},"addr":"192.0.2.1"}', "JSON"],
  ['{"host":"192.0.2.1","note":"\\"recontype\\":"}', "JSON"],
  ['{"note":"cut off, {} \\"recontype\\": {', "JSON"],
  ['[1, 2, {"addr": "192.0.2.1", "state": "up"}]', "JSON"],
  ["", "empty"],
  ["  \n", "blanks"],
  ["Starting Nmap 7.80 ( https://nmap.org )\n", "-oN"],
  ["# Nmap 7.93 scan initiated\nHost: 192.0.2.1 ()\tStatus: Up\n", "-oG"],
  ['{"a": 1}', "JSON"],
  ["<?xml version='1.0'?><NessusClientData_v2>", "NessusClientData_v2"],
  ["<!DOCTYPE html><html>", "html"],
  ['<?xml version="1.0"?><!-- masscan v1.0 scan --><nmaprun scanner="masscan">', "masscan"],
  ["PK\u0003\u0004", "ZIP"],
  ["hello \u001b[31m world", 'begins with "hello  [31m world"'],
])("%p is unknown: %s", (head, expected) => {
  expect(detect(bytesOf(head))).toEqual({ unknown: expect.stringContaining(expected) });
});
