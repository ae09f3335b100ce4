import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

test.each(["sslv2", "xmpp-info", "sslv2-drown"])("%s keeps its text only", (id) => {
  expect(treat({ id, output: "text", data: { a: "b" } })).toEqual({ scripts: [{ id, output: "text" }] });
});

test("a script of the vulns family with something else in it keeps its own key", () => {
  const data = { state: "VULNERABLE" };
  expect(treat({ id: "ssl-dh-params", output: "text", data }).scripts).toEqual([
    { id: "ssl-dh-params", output: "text", key: "ssl-dh-params", data },
  ]);
});

test("nothing at all is dropped, structure without text is kept", () => {
  expect(treat({ id: "x", output: "" }).scripts).toEqual([]);
  expect(treat({ id: "x", output: "", data: ["b"] }).scripts).toEqual([
    { id: "x", output: "", key: "x", data: ["b"] },
  ]);
});

test("a script that is not nmap's own but reports through its vulns library counts too", () => {
  const data = { "CVE-2021-44228": { title: "Log4Shell", state: "LIKELY VULNERABLE" } };
  expect(treat({ id: "log4shell-check", output: "VULNERABLE", data }).scripts).toEqual([
    {
      id: "log4shell-check",
      output: "VULNERABLE",
      key: "vulns",
      data: [{ id: "CVE-2021-44228", title: "Log4Shell", state: "LIKELY VULNERABLE" }],
    },
  ]);
});
