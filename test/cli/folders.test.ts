import { expect, test } from "bun:test";
import { dataFolder } from "../../src/cli/folders.ts";

test("data folders of the platforms", () => {
  expect(dataFolder({ HOME: "/u" }, "darwin")).toBe("/u/Library/Application Support/gadwall");
  expect(dataFolder({ HOME: "/u", LOCALAPPDATA: "/l" }, "win32")).toBe("/l/gadwall");
  expect(dataFolder({ HOME: "/u", XDG_DATA_HOME: "/x" }, "linux")).toBe("/x/gadwall");
});
