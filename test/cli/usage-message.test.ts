import { expect, test } from "bun:test";
import { usageMessage } from "../../src/cli/usage-message.ts";

const KNOWN = { options: ["purpose", "limit", "output"], commands: ["count", "get"] };

test("a query word with a dash is told how to say not", () => {
  expect(usageMessage("Unknown argument: service:ssh", ["count", "-service:ssh"], KNOWN)).toBe(
    "-service:ssh is no option; a word of a query cannot begin with -: write ! for not",
  );
});

test("only where there is a query, words of it are spoken of", () => {
  expect(usageMessage("Unknown argument: 1", ["imports", "remove", "-1"], KNOWN)).toBe(
    "ID must be a whole number, as gadwall imports list shows it",
  );
  expect(usageMessage("Unknown argument: x", ["info", "-x"], KNOWN)).toBe(
    "-x is no option. --help lists them.",
  );
});

test("mistyped options and commands get the nearest names", () => {
  expect(usageMessage("Unknown argument: prupose", ["count", "--prupose"], KNOWN)).toBe(
    "--prupose is no option. Did you mean --purpose?",
  );
  expect(usageMessage("Unknown argument: cuont", ["cuont"], KNOWN)).toBe(
    "cuont is no command. Did you mean count?",
  );
  expect(usageMessage("Unknown argument: zzzzzzzz", ["zzzzzzzz"], KNOWN)).toBe(
    "zzzzzzzz is no command. gadwall --help lists them.",
  );
});

test("a wrong choice names the right ones", () => {
  expect(
    usageMessage(
      'Invalid values:\n  Argument: purpose, Given: "x", Choices: "nmap", "view"',
      ["--purpose", "x"],
      KNOWN,
    ),
  ).toBe("--purpose cannot be x: it is one of nmap, view");
});

test("a value that begins with a dash is told how to be written", () => {
  expect(usageMessage("Not enough arguments following: sort", ["get", "--sort", "-endtime"], KNOWN)).toBe(
    "--sort needs a value; one that begins with - is written --sort=-endtime",
  );
  expect(usageMessage("Not enough arguments following: flt", ["count", "--flt"], KNOWN)).toBe(
    "--flt needs a value",
  );
});
