/** What strangers can fill up: whoever does so loses his own. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { Accounts } from "../../src/accounts/accounts.ts";
import { clientName } from "../../src/accounts/oauth/client.ts";
import { Asked, find, keep } from "../../src/accounts/oauth/pending.ts";
import { noteRegistration } from "../../src/accounts/oauth/registrations.ts";
import { Place } from "../accounts/place.ts";

let place: Place;
let accounts: Accounts;
beforeEach(() => {
  place = new Place();
  accounts = place.open();
  // Nothing here is about what a power failure leaves.
  accounts.database.run("pragma synchronous = off");
});
afterEach(() => place.clear());

const count = (table: string): number =>
  accounts.database.query<{ n: number }, []>(`select count(*) as n from ${table}`).get()!.n;

/** Runs something many times in one go. */
const often = (times: number, work: (i: number) => void): void =>
  accounts.database.transaction(() => {
    for (let i = 0; i < times; i++) work(i);
  })();

describe("requests that wait for consent", () => {
  const ask = (network: string): string => {
    const asked = new Asked(network);
    asked.set("client_id", `client of ${network}`);
    return keep(accounts.database, asked, 600);
  };

  test("one network that fills it up pushes out its own oldest, and nobody is refused", () => {
    const early = ask("192.0.2.1");
    const first = ask("198.51.100.1");
    const second = ask("198.51.100.1");
    often(9_997, () => ask("198.51.100.1"));
    expect(find(accounts.database, first)).not.toBeNull();
    const late = ask("203.0.113.1");
    expect(find(accounts.database, first)).toBeNull();
    expect(find(accounts.database, second)).not.toBeNull();
    const newest = ask("198.51.100.1");
    expect(find(accounts.database, second)).toBeNull();
    for (const name of [early, late, newest]) expect(find(accounts.database, name)).not.toBeNull();
    often(100, () => ask("198.51.100.1"));
    expect(find(accounts.database, early)?.get("client_id")).toBe("client of 192.0.2.1");
    expect(count("consentRequest")).toBe(10_000);
  });

  test("nor do many networks push out one that has less than they", () => {
    const early = ask("192.0.2.1");
    often(12_000, (i) => ask(`10.0.${i % 100}.1`));
    expect(find(accounts.database, early)).not.toBeNull();
    expect(count("consentRequest")).toBe(10_000);
  });

  test("those that expired make room", () => {
    often(10_000, () => ask("192.0.2.1"));
    accounts.database.run("update consentRequest set expiresAt = 1");
    ask("203.0.113.1");
    expect(count("consentRequest")).toBe(1);
  });
});

describe("clients whom nobody has let in yet", () => {
  const register = (id: string, address: string): void => {
    accounts.database.run(
      "insert into oauthClient (id, clientId, redirectUris, createdAt) values (?1, ?1, '[]', ?2)",
      [id, new Date().toISOString()],
    );
    noteRegistration(accounts.database, { clientId: id, redirectUris: [] }, address);
  };
  const isThere = (id: string): boolean => clientName(accounts.database, id) !== null;

  test("the network with most loses its oldest; who was let in stays and does not count", async () => {
    await accounts.addUser("ann@example.org");
    register("let in", "2001:db8:1::1");
    accounts.database.run(
      `insert into oauthConsent (id, clientId, userId, scopes, createdAt, updatedAt)
       select 'c', 'let in', id, '[]', '', '' from user`,
    );
    register("early", "192.0.2.1");
    often(3_999, (i) => register(`flood ${i}`, `2001:db8:1:${i % 1000}::1`));
    expect(isThere("flood 0")).toBe(true);
    register("late", "203.0.113.1");
    expect(isThere("flood 0")).toBe(false);
    expect(isThere("flood 1")).toBe(true);
    often(100, (i) => register(`more ${i}`, "2001:db8:1::2"));
    for (const id of ["let in", "early", "late", "more 99"]) expect(isThere(id)).toBe(true);
    expect(isThere("flood 100")).toBe(false);
    expect(count("oauthClient")).toBe(4_001);
    expect(count("registration")).toBe(4_001);
  });
});
