import { expect, test } from "bun:test";
import { amount } from "../../src/model/amount.ts";

test("a number and its noun agree", () => {
  expect([0, 1, 2].map((n) => amount(n, "line"))).toEqual(["0 lines", "1 line", "2 lines"]);
  expect([1, 2].map((n) => amount(n, "address", "addresses"))).toEqual(["1 address", "2 addresses"]);
});
