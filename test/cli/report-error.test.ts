import { expect, spyOn, test } from "bun:test";
import { report } from "../../src/cli/report-error.ts";
import { UsageError, UserError } from "../../src/model/errors.ts";

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
