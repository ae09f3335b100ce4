import { expect, test } from "bun:test";
import { ScriptReader } from "../../src/ingest/script-table.ts";

test("children without a key beside ones with a key are named by position", () => {
  const reader = new ScriptReader("x", "y");
  reader.openElem(undefined);
  reader.closeElem("first");
  reader.openElem("a.b");
  reader.closeElem("named");
  reader.openElem(undefined);
  reader.closeElem("second");
  expect(JSON.stringify(reader.finish()?.data)).toBe('{"1":"first","2":"second","a_b":"named"}');
});

test.each(["sslv2", "xmpp-info", "sslv2-drown"])("%s keeps its text only", (id) => {
  const reader = new ScriptReader(id, "text");
  reader.openElem("a");
  reader.closeElem("b");
  expect(reader.finish()).toEqual({ id, output: "text" });
});

test("a script of the vulns family with something else in it keeps its own key", () => {
  const reader = new ScriptReader("ssl-dh-params", "text");
  reader.openElem("state");
  reader.closeElem("VULNERABLE");
  expect(reader.finish()).toMatchObject({ key: "ssl-dh-params", data: { state: "VULNERABLE" } });
});

test("nothing at all is dropped, structure without text is kept", () => {
  expect(new ScriptReader("x", "").finish()).toBeNull();
  const reader = new ScriptReader("x", "");
  reader.openElem(undefined);
  reader.closeElem("b");
  expect(reader.finish()).toEqual({ id: "x", output: "", key: "x", data: ["b"] });
});

test("a script that is not nmap's own but reports through its vulns library counts too", () => {
  const reader = new ScriptReader("log4shell-check", "VULNERABLE");
  reader.openTable("CVE-2021-44228");
  reader.openElem("title");
  reader.closeElem("Log4Shell");
  reader.openElem("state");
  reader.closeElem("LIKELY VULNERABLE");
  reader.closeTable();
  expect(reader.finish()).toMatchObject({
    key: "vulns",
    data: [{ id: "CVE-2021-44228", title: "Log4Shell", state: "LIKELY VULNERABLE" }],
  });
});
