import { describe, expect, test } from "bun:test";
import { roomFor, type Seat } from "../../src/http/session-room.ts";

/** Sessions by id; what is written first is used longest ago, a star is in use. */
function seats(...rows: string[]): Map<string, Seat> {
  return new Map(
    rows.map((row, seen) => {
      const [id, who] = row.split(" ") as [string, string];
      return [id, { who: who.replace("*", ""), active: who.endsWith("*") ? 1 : 0, seen }];
    }),
  );
}

describe("room for one more session", () => {
  test("where there is room, nobody's ends", () => {
    expect(roomFor("a", seats("1 a", "2 b"), { most: 8, share: 0.25 })).toEqual({ end: null });
  });

  test("whoever has his share gives up the one he used longest ago", () => {
    const all = seats("1 b", "2 a*", "3 a", "4 a");
    expect(roomFor("a", all, { most: 12, share: 0.25 })).toEqual({ end: "3" });
    expect(roomFor("b", all, { most: 12, share: 0.25 })).toEqual({ end: null });
  });

  test("whoever uses all of his share gets no more", () => {
    expect(roomFor("a", seats("1 b", "2 a*", "3 a*"), { most: 8, share: 0.25 })).toEqual({
      refusal: expect.stringContaining("You have 2 sessions in use"),
    });
  });

  test("when all are taken, the longest idle one of whoever has most ends", () => {
    const all = seats("1 c", "2 a*", "3 a", "4 a", "5 b", "6 b");
    expect(roomFor("d", all, { most: 6, share: 0.5 })).toEqual({ end: "3" });
    expect(roomFor("c", all, { most: 6, share: 0.5 })).toEqual({ end: "3" });
    // Of as many, the one that was used longest ago.
    expect(roomFor("d", seats("1 b", "2 a"), { most: 2, share: 1 })).toEqual({ end: "1" });
  });

  test("what is used ends for a newcomer only where somebody has more than his fair share", () => {
    const greedy = seats("1 a*", "2 a*", "3 a*", "4 b*");
    expect(roomFor("c", greedy, { most: 4, share: 1 })).toEqual({ end: "1" });
    // Two each is fair: b may have one more, a may not.
    expect(roomFor("b", greedy, { most: 4, share: 1 })).toEqual({ end: "1" });
    expect(roomFor("a", greedy, { most: 4, share: 1 })).toEqual({
      refusal: expect.stringContaining("All 4 sessions"),
    });
    const fair = seats("1 a*", "2 b*");
    expect(roomFor("c", fair, { most: 2, share: 1 })).toEqual({
      refusal: expect.stringContaining("All 2 sessions"),
    });
  });

  test("networks without number take from each other, down to one each", () => {
    const one = seats(...Array.from({ length: 8 }, (_, i) => `${i} n${i}*`));
    expect(roomFor("stranger", one, { most: 8, share: 0.25 })).toHaveProperty("refusal");
    const two = seats("0 a*", "1 b*", "2 b*", "3 c*");
    expect(roomFor("stranger", two, { most: 4, share: 0.5 })).toEqual({ end: "1" });
  });
});
