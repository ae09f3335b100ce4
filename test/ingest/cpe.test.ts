import { expect, test } from "bun:test";
import { CpeSet, parseCpe } from "../../src/ingest/cpe.ts";

test.each([
  ["cpe:/a:openbsd:openssh:8.9p1", { type: "a", vendor: "openbsd", product: "openssh", version: "8.9p1" }],
  ["cpe:/o:linux:linux_kernel", { type: "o", vendor: "linux", product: "linux_kernel", version: "" }],
  ["cpe:/h:x:y:1:sp2:~", { type: "h", vendor: "x", product: "y", version: "1:sp2:~" }],
  ["cpe:2.3:a:b:c:d:*", { type: "a", vendor: "b", product: "c", version: "d:*" }],
  ["cpe1", null],
  ["cpe:/x:b:c", null],
])("%s", (text, expected) => {
  expect(parseCpe(text)).toEqual(expected);
});

test("equal names are one, with all origins sorted", () => {
  const set = new CpeSet();
  set.add("cpe:/a:b:c:1", "ports.port:443");
  set.add("cpe:2.3:a:b:c:1", "ports.port:22");
  set.add("cpe:/a:b:c:1", "ports.port:443");
  expect(set.list()).toEqual([
    { type: "a", vendor: "b", product: "c", version: "1", origins: ["ports.port:22", "ports.port:443"] },
  ]);
});
