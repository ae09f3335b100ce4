import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Accounts } from "../../src/accounts/accounts.ts";
import { countTry, forgiveTries } from "../../src/accounts/sign-in-limits.ts";
import { Place } from "./place.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const WINDOW = 15 * 60;

let place: Place;
let accounts: Accounts;
beforeEach(() => {
  place = new Place();
  accounts = place.open();
});
afterEach(() => place.clear());

/** How many of so many tries go through. */
function through(
  count: number,
  email: (i: number) => string,
  address: (i: number) => string,
  now = NOW,
): number {
  let allowed = 0;
  for (let i = 0; i < count; i++) if (countTry(accounts.database, email(i), address(i), now) === 0) allowed++;
  return allowed;
}

describe("tries of a password", () => {
  const ann = (): string => "ann@example.org";
  const one = (): string => "192.0.2.1";

  test("10 for one user from one address", () => expect(through(50, ann, one)).toBe(10));
  test("however the user is written", () =>
    expect(through(50, (i) => (i % 2 === 0 ? "ann@example.org" : "ANN@example.org"), one)).toBe(10));
  test("30 from one address, whoever is tried", () =>
    expect(through(50, (i) => `user${i}@example.org`, one)).toBe(30));
  test("an IPv6 network counts as one address", () =>
    expect(
      through(
        50,
        (i) => `user${i}@example.org`,
        (i) => `2001:db8:1:${i}::${i}`,
      ),
    ).toBe(30));
  test("an address that is none is one address", () =>
    expect(
      through(
        50,
        (i) => `user${i}@example.org`,
        (i) => (i % 2 === 0 ? "" : `forged ${i}`),
      ),
    ).toBe(30));
  test("100 for one user, from wherever", () =>
    expect(through(150, ann, (i) => `198.51.100.${i}`)).toBe(100));

  test("one address cannot lock a user out elsewhere", () => {
    through(1000, ann, one);
    expect(countTry(accounts.database, ann(), "203.0.113.9", NOW)).toBe(0);
  });

  test("the wait ends when it says, and is not made longer by trying", () => {
    through(10, ann, one);
    expect(countTry(accounts.database, ann(), one(), NOW)).toBe(WINDOW);
    expect(countTry(accounts.database, ann(), one(), NOW + 60_000)).toBe(WINDOW - 60);
    expect(countTry(accounts.database, ann(), one(), NOW + WINDOW * 1000 - 1)).toBe(1);
    expect(countTry(accounts.database, ann(), one(), NOW + WINDOW * 1000)).toBe(0);
  });

  test("the right password forgives the mistypes of this user, not those of the address", () => {
    through(9, ann, one);
    forgiveTries(accounts.database, "Ann@example.org", one());
    expect(through(50, ann, one)).toBe(10);
    // All of the address are used up by now.
    forgiveTries(accounts.database, "eve@example.org", one());
    expect(through(50, (i) => `user${i}@example.org`, one)).toBe(0);
  });

  test("what was typed is not stored, and nothing stays after its time", () => {
    countTry(accounts.database, "hunter2hunter2", one(), NOW);
    accounts.database.run("pragma wal_checkpoint(truncate)");
    expect(readFileSync(place.path).includes("hunter2")).toBe(false);
    countTry(accounts.database, ann(), "203.0.113.9", NOW + WINDOW * 1000);
    const left = accounts.database.query<{ n: number }, []>("select count(*) as n from signInAttempt").get()!;
    expect(left.n).toBe(3);
  });
});
