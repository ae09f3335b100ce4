import { expect, test } from "bun:test";
import type { KnownFeed } from "../../src/feeds/known.ts";
import { ageFactor, weightOfFeed } from "../../src/feeds/weight.ts";

const FEED: KnownFeed = {
  id: 1,
  name: "list",
  maintainer: "Somebody",
  category: "intrusion",
  provenance: "primary",
  license: null,
  redistributable: null,
  critical: null,
  roles: [],
  health: "healthy",
  healthReason: null,
  uniqueShare: 100,
  exactShare: 100,
  inputs: [],
  inputNames: [],
  parent: null,
  windowMinutes: null,
  sourceDate: null,
  first: null,
  entries: 1,
};

test("a kept-up list of its own observations weighs all there is", () => {
  expect(weightOfFeed(FEED)).toBe(100);
});

test("lists of infrastructure and of places accuse of nothing", () => {
  for (const category of ["provider_infrastructure", "special_use", "geolocation", "asn"])
    expect(weightOfFeed({ ...FEED, category })).toBeCloseTo(10, 9);
});

test("the exact share counts before the largest peer's, and what is made of others has none", () => {
  expect(weightOfFeed({ ...FEED, exactShare: 20 })).toBeCloseTo(60, 9);
  expect(weightOfFeed({ ...FEED, exactShare: null, uniqueShare: 50 })).toBeCloseTo(75, 9);
  expect(weightOfFeed({ ...FEED, exactShare: null, uniqueShare: null })).toBeCloseTo(75, 9);
  expect(weightOfFeed({ ...FEED, inputNames: ["other"] })).toBeCloseTo(50, 9);
});

test("age halves it within a year, and no more", () => {
  const now = Date.UTC(2026, 0, 1);
  const year = 365 * 86_400_000;
  expect([0, year / 2, year, 9 * year].map((ago) => ageFactor(now - ago, now))).toEqual([1, 0.75, 0.5, 0.5]);
  expect(ageFactor(now + 1000, now)).toBe(1);
});
