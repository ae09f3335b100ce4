import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Accounts } from "../../src/accounts/accounts.ts";
import { isKnownPlace, rememberPlace } from "../../src/accounts/known-places.ts";
import { countLinkRequest, countTry, forgiveTries } from "../../src/accounts/sign-in-limits.ts";
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

  test("the right password forgives the mistypes of this user, for the network too, and no others", () => {
    for (let day = 0; day < 10; day++) {
      expect(through(9, ann, one)).toBe(9);
      forgiveTries(accounts.database, "Ann@example.org", one());
    }
    expect(through(50, (i) => `user${i}@example.org`, one)).toBe(30);
    forgiveTries(accounts.database, "user0@example.org", one());
    expect(through(50, ann, one)).toBe(1);
    expect(countTry(accounts.database, "user1@example.org", one(), NOW)).toBe(WINDOW);
  });

  test("what is refused counts for nothing", () => {
    through(1000, ann, one);
    expect(through(50, (i) => `user${i}@example.org`, one)).toBe(20);
  });

  test("the wait is until the first of them counts no more", () => {
    for (let i = 0; i < 10; i++) through(3, () => `user${i}@example.org`, one, NOW + i * 10_000);
    const wait = countTry(accounts.database, ann(), one(), NOW + 100_000);
    expect(wait).toBe(WINDOW - 100);
    expect(through(50, (i) => `other${i}@example.org`, one, NOW + (100 + wait) * 1000)).toBe(3);
  });

  test("what was typed is not stored, and nothing stays after its time", () => {
    countTry(accounts.database, "hunter2hunter2", one(), NOW);
    accounts.database.run("pragma wal_checkpoint(truncate)");
    expect(readFileSync(place.path).includes("hunter2")).toBe(false);
    countTry(accounts.database, ann(), "203.0.113.9", NOW + WINDOW * 1000);
    const left = accounts.database.query<{ n: number }, []>("select count(*) as n from attempt").get()!;
    expect(left.n).toBe(1);
  });
});

describe("where a user signed in before", () => {
  const ann = "ann@example.org";
  const home = "192.0.2.1";
  const strangers = (): number =>
    through(
      150,
      () => ann,
      (i) => `198.51.100.${i}`,
    );
  let id: string;
  beforeEach(async () => {
    await accounts.addUser(ann);
    await accounts.addUser("ben@example.org");
    id = accounts.database
      .query<{ id: string }, [string]>("select id from user where email = ?")
      .get(ann)!.id;
    rememberPlace(accounts.database, id, home, NOW);
  });

  test("strangers from anywhere do not keep him out, and he takes nothing of what they have", () => {
    expect(
      through(
        5,
        () => ann,
        () => home,
      ),
    ).toBe(5);
    expect(strangers()).toBe(100);
    expect(countTry(accounts.database, "ANN@example.org", home, NOW)).toBe(0);
    expect(countTry(accounts.database, ann, "203.0.113.9", NOW)).toBeGreaterThan(0);
  });

  test("nor do those behind the same address who try others", () => {
    expect(
      through(
        50,
        (i) => `user${i}@example.org`,
        () => home,
      ),
    ).toBe(30);
    expect(countTry(accounts.database, ann, home, NOW)).toBe(0);
    expect(countTry(accounts.database, "ben@example.org", home, NOW)).toBeGreaterThan(0);
  });

  test("there too no more than 10", () =>
    expect(
      through(
        50,
        () => ann,
        () => home,
      ),
    ).toBe(10));

  test("for 30 days, and until what he has is ended", async () => {
    const soon = NOW + 30 * 86_400_000 - 1;
    expect(isKnownPlace(accounts.database, ann, home, soon)).toBe(true);
    expect(isKnownPlace(accounts.database, ann, home, soon + 1)).toBe(false);
    rememberPlace(accounts.database, id, home, soon);
    expect(isKnownPlace(accounts.database, ann, home, soon + 1)).toBe(true);
    accounts.setDisabled(ann, true);
    expect(isKnownPlace(accounts.database, ann, home, soon + 1)).toBe(false);
    rememberPlace(accounts.database, id, home);
    await accounts.setPassword(ann, null);
    expect(isKnownPlace(accounts.database, ann, home)).toBe(false);
  });

  test("what is too old is removed", () => {
    rememberPlace(accounts.database, id, "203.0.113.9");
    accounts.sweep();
    const places = accounts.database.query("select network from knownPlace").all();
    expect(places).toEqual([{ network: "203.0.113.9" }]);
  });

  test("an address that cannot be read is no place", () => {
    rememberPlace(accounts.database, id, "", NOW);
    expect(isKnownPlace(accounts.database, ann, "unknown", NOW)).toBe(false);
  });
});

describe("links by e-mail", () => {
  const ask = (email: string, address: string, now = NOW): number =>
    countLinkRequest(accounts.database, email, address, now);
  const asked = (count: number, email: (i: number) => string, address: (i: number) => string): number =>
    Array.from({ length: count }, (_, i) => ask(email(i), address(i))).filter((wait) => wait === 0).length;

  test("3 for one e-mail address, from wherever and however it is written", () =>
    expect(
      asked(
        20,
        (i) => (i % 2 === 0 ? "ann@example.org" : "ANN@example.org"),
        (i) => `198.51.100.${i}`,
      ),
    ).toBe(3));
  test("10 from one network", () =>
    expect(
      asked(
        50,
        (i) => `user${i}@example.org`,
        (i) => `2001:db8:1:${i}::1`,
      ),
    ).toBe(10));
  test("passwords are counted by themselves, and the wait ends", () => {
    expect(
      asked(
        4,
        () => "ann@example.org",
        () => "192.0.2.1",
      ),
    ).toBe(3);
    expect(ask("ann@example.org", "192.0.2.1")).toBe(WINDOW);
    expect(countTry(accounts.database, "ann@example.org", "192.0.2.1", NOW)).toBe(0);
    forgiveTries(accounts.database, "ann@example.org", "192.0.2.1");
    expect(ask("ann@example.org", "192.0.2.1")).toBe(WINDOW);
    expect(ask("ann@example.org", "192.0.2.1", NOW + WINDOW * 1000)).toBe(0);
  });
});
