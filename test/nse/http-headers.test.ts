import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

test("the text becomes a list, up to the first blank line", () => {
  const output =
    '\n  HTTP/1.1 200 OK\n  Server: nginx/1.22.1\n  ETag: "6b:59"\n  X-Empty:\n  Set-Cookie: a=b\n  Set-Cookie: c=d\n  \n  (Request type: HEAD)\n';
  expect(treat({ id: "http-headers", output }).scripts).toEqual([
    {
      id: "http-headers",
      output,
      key: "http-headers",
      data: [
        { name: "http/1.1 200 ok", value: null },
        { name: "server", value: "nginx/1.22.1" },
        { name: "etag", value: '"6b:59"' },
        { name: "x-empty", value: "" },
        { name: "set-cookie", value: "a=b" },
        { name: "set-cookie", value: "c=d" },
      ],
    },
  ]);
});

test("without a blank line the kind of request is no field", () => {
  const [script] = treat({ id: "http-headers", output: "\n  A: b\n  (Request type: GET)\n" }).scripts;
  expect(script?.data).toEqual([{ name: "a", value: "b" }]);
});

test("nothing but the kind of request is nothing", () => {
  expect(treat({ id: "http-headers", output: "\n  (Request type: HEAD)\n" }).scripts).toEqual([]);
});

test("a table stays as it is", () => {
  const data = [{ name: "Server", value: "x" }];
  expect(treat({ id: "http-headers", output: "A: b", data }).scripts).toEqual([
    { id: "http-headers", output: "A: b", key: "http-headers", data },
  ]);
});

test("SharePoint says what it is", () => {
  const output =
    "\n  MicrosoftSharePointTeamServices: 16.0.0.5161: 1; RequireReadOnly\n  \n  (Request type: HEAD)\n";
  const { scripts, cpes } = treat({ id: "http-headers", output });
  expect(scripts[1]).toEqual({
    id: "http-app",
    output: "SharePoint: path /, version 16.0.0.5161: 1; RequireReadOnly",
    key: "http-app",
    data: [{ path: "/", application: "SharePoint", version: "16.0.0.5161: 1; RequireReadOnly" }],
  });
  expect(cpes).toEqual(["cpe:/a:microsoft:sharepoint_server:16.0.0.5161"]);
});

test.each([
  ["kbn-name: kibana\n  kbn-version: 6.4.2", { version: "6.4.2" }, "cpe:/a:elasticsearch:kibana:6.4.2"],
  ["kbn-name: mine", {}, "cpe:/a:elasticsearch:kibana"],
  ["KBN-Version: none", { version: "none" }, "cpe:/a:elasticsearch:kibana"],
])("Kibana by %p", (fields, version, cpe) => {
  const { scripts, cpes } = treat({ id: "http-headers", output: `\n  ${fields}\n` });
  expect(scripts[1]?.data).toEqual([{ path: "/", application: "Kibana", ...version }]);
  expect(cpes).toEqual([cpe]);
});

test.each([
  [{ Server: "Apache" }, ["Apache"]],
  [
    ["nginx", ""],
    ["nginx", ""],
  ],
])("http-server-header: %j", (data, expected) => {
  expect(treat({ id: "http-server-header", output: "x", data }).scripts[0]).toEqual({
    id: "http-server-header",
    output: "x",
    key: "http-server-header",
    data: expected,
  });
});

test("http-server-header: text only stays text", () => {
  expect(treat({ id: "http-server-header", output: "x" }).scripts).toEqual([
    { id: "http-server-header", output: "x" },
  ]);
});
