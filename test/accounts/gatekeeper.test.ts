import { afterEach, beforeEach, expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { Accounts } from "../../src/accounts/accounts.ts";
import { AccountsGatekeeper } from "../../src/accounts/gatekeeper.ts";
import { AUDIENCE, Place } from "./place.ts";

let place: Place;
let gatekeeper: AccountsGatekeeper;
beforeEach(() => {
  place = new Place();
  gatekeeper = new AccountsGatekeeper(place.path);
});
afterEach(() => {
  gatekeeper.close();
  place.clear();
});

test("the first user is noticed, and the last one who goes opens nothing", async () => {
  expect(gatekeeper.required).toBe(false);
  expect(await gatekeeper.identify("anything", AUDIENCE)).toBeNull();
  const command = place.open();
  expect(gatekeeper.required).toBe(false);
  await command.addUser("ann@example.org");
  expect(gatekeeper.required).toBe(true);
  const { key } = command.createKey("ann@example.org", "laptop");
  expect(await gatekeeper.identify(key, AUDIENCE)).toMatchObject({ email: "ann@example.org", by: "key" });
  command.removeUser("ann@example.org");
  expect(gatekeeper.required).toBe(true);
  expect(await gatekeeper.identify(key, AUDIENCE)).toBeNull();
});

test("a backup that is put in its place holds at once; without a file nobody is let in", async () => {
  const first = Accounts.open(place.path, { create: true });
  await first.addUser("ann@example.org");
  const old = first.createKey("ann@example.org", "laptop").key;
  first.close();
  expect(await gatekeeper.identify(old, AUDIENCE)).not.toBeNull();

  const backup = `${place.path}.backup`;
  const second = Accounts.open(backup, { create: true });
  await second.addUser("bob@example.org");
  const fresh = second.createKey("bob@example.org", "laptop").key;
  second.close();
  for (const suffix of ["-wal", "-shm"]) rmSync(place.path + suffix, { force: true });
  renameSync(backup, place.path);
  expect(await gatekeeper.identify(old, AUDIENCE)).toBeNull();
  expect(await gatekeeper.identify(fresh, AUDIENCE)).toMatchObject({ email: "bob@example.org" });

  gatekeeper.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(place.path + suffix, { force: true });
  expect(await gatekeeper.identify(fresh, AUDIENCE)).toBeNull();
  expect(gatekeeper.required).toBe(true);
});

test("says whether it can be asked", async () => {
  expect(() => gatekeeper.check()).not.toThrow();
  const accounts = Accounts.open(place.path, { create: true });
  await accounts.addUser("ann@example.org");
  accounts.close();
  expect(() => gatekeeper.check()).not.toThrow();
  expect(gatekeeper.required).toBe(true);
  for (const suffix of ["", "-wal", "-shm"]) rmSync(place.path + suffix, { force: true });
  expect(() => gatekeeper.check()).toThrow("are gone");
  writeFileSync(place.path, "no accounts at all, but some text instead", { mode: 0o600 });
  expect(() => gatekeeper.check()).toThrow("are not an SQLite file");
});
