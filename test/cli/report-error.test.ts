import { expect, spyOn, test } from "bun:test";
import { report } from "../../src/cli/report-error.ts";
import { UsageError, UserError } from "../../src/model/errors.ts";
import { OTHERS_CODE } from "../../src/model/others-code.ts";

/** The exit code for an error, and what is told of it. */
function told(error: unknown): [number, string] {
  let text = "";
  const spy = spyOn(process.stderr, "write").mockImplementation((part) => {
    text += String(part);
    return true;
  });
  const code = report(error, "1.0");
  spy.mockRestore();
  return [code, text];
}

test("what is the user's to mend is told plainly, what is not as a bug", () => {
  expect(told(new UserError("no such file"))).toEqual([1, "gadwall: no such file\n"]);
  expect(told(new UsageError("no command"))).toEqual([2, "gadwall: no command\n"]);
  expect(told(new Error("oops"))[1]).toStartWith(
    "gadwall: a bug in gadwall 1.0, not your fault: Error: oops\n",
  );
});

test("a bug where plugins run may be one of theirs: of the one in the stack, or of any", () => {
  const error = new Error("lost\u001b");
  error.stack = "Error: lost\n    at /plugins/b.ts:1:2";
  OTHERS_CODE.add("/plugins/a.ts").add("/plugins/b.ts");
  try {
    expect(told(error)[1]).toStartWith("gadwall: a bug in a plugin (/plugins/b.ts): Error: lost\ufffd\n");
    expect(told("lost")[1]).toStartWith(
      "gadwall: a bug in a plugin (/plugins/a.ts, /plugins/b.ts), or in gadwall 1.0: lost\n  A promise that fails must be awaited",
    );
  } finally {
    OTHERS_CODE.clear();
  }
});

test("whatever was thrown", () => {
  const hostile = {
    toString() {
      throw new Error("again");
    },
  };
  expect(told(hostile)).toEqual([1, expect.stringContaining("something was thrown that cannot be shown")]);
});

test("what is about an option says which", () => {
  const unknown = new UserError('Unknown field "adr" of view. Did you mean addr?', { argument: "sort" });
  expect(told(unknown)[1]).toBe('gadwall: --sort: Unknown field "adr" of view. Did you mean addr?\n');
  // Words of the query language and the field of topvalues are no options.
  expect(told(new UserError("no network", { argument: "net" }))[1]).toBe("gadwall: no network\n");
});

test("a full disk behind standard output is no bug", () => {
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  expect(told(full)).toEqual([1, "gadwall: no space left to write to\n"]);
});
