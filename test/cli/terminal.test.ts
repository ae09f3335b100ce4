import { expect, test } from "bun:test";
import { lookOf, styled } from "../../src/cli/terminal.ts";

const TTY = { isTTY: true, columns: 100 };

test("colours: on a terminal, not in a pipe", () => {
  expect(lookOf(TTY, {})).toEqual({ width: 100, colour: true });
  expect(lookOf({}, {})).toEqual({ width: null, colour: false });
});

test("NO_COLOR forbids them, FORCE_COLOR asks for them, an empty one says nothing", () => {
  expect(lookOf(TTY, { NO_COLOR: "1" }).colour).toBe(false);
  expect(lookOf(TTY, { NO_COLOR: "" }).colour).toBe(true);
  expect(lookOf({}, { FORCE_COLOR: "1" }).colour).toBe(true);
  expect(lookOf(TTY, { FORCE_COLOR: "0" }).colour).toBe(false);
  expect(lookOf(TTY, { NO_COLOR: "1", FORCE_COLOR: "1" }).colour).toBe(false);
  expect(lookOf(TTY, { TERM: "dumb" }).colour).toBe(false);
});

test("a style is undone at its end", () => {
  expect(styled("x", "bold", { width: 80, colour: true })).toBe("\u001b[1mx\u001b[22m");
  expect(styled("x", "bold", { width: 80, colour: false })).toBe("x");
});
