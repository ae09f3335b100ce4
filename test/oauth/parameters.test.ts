import { expect, test } from "bun:test";
import { once } from "../../src/accounts/oauth/parameters.ts";

/** Fails when it is searched: as often as it has names, that takes seconds. */
class Searched extends URLSearchParams {
  override getAll(): string[] {
    throw new Error("searched");
  }
}

test("each name once, but resource; however many there are, they are gone through once", () => {
  const names = Array.from({ length: 17_000 }, (_, i) => i.toString(36));
  expect(once(new Searched(names.join("&"))).size).toBe(17_000);
  expect(once(new Searched("a=1&resource=x&resource=y")).size).toBe(3);
  expect(() => once(new Searched([...names, names[9]].join("&")))).toThrow("is there more than once");
  expect(() => once(new Searched("client_id=a&client_id="))).toThrow("client_id is there more than once");
});
