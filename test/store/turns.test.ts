import { expect, test } from "bun:test";
import { Turns } from "../../src/store/turns.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes turns under names; what has begun is in `begun`. */
function room(most: number): {
  begun: string[];
  take(name: string, signal?: AbortSignal): Promise<() => void>;
} {
  const turns = new Turns(most);
  const begun: string[] = [];
  return {
    begun,
    async take(name, signal) {
      const end = await turns.take(signal);
      begun.push(name);
      return end;
    },
  };
}

test("the others wait, and come in the order in which they asked", async () => {
  const { begun, take } = room(2);
  const first = await take("a");
  await take("b");
  const later = ["c", "d", "e"].map((name) => take(name));
  await settled();
  expect(begun).toEqual(["a", "b"]);
  first();
  // Once only.
  first();
  (await later[0]!)();
  await later[1];
  await settled();
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

test("who is gone leaves the queue", async () => {
  const { begun, take } = room(1);
  const end = await take("a");
  const gone = new AbortController();
  const refused = take("b", gone.signal);
  const waiting = take("c");
  gone.abort(new Error("gone"));
  await expect(refused).rejects.toThrow("gone");
  await expect(take("d", gone.signal)).rejects.toThrow("gone");
  end();
  (await waiting)();
  gone.abort();
  (await take("e"))();
  expect(begun).toEqual(["a", "c", "e"]);
});

test("a long one keeps nobody waiting", async () => {
  const { begun, take } = room(1);
  const end = await take("long");
  (await take("short"))();
  expect(begun).toEqual(["long", "short"]);
  // Its place was given away already.
  end();
  const one = await take("one");
  const two = take("two");
  await settled();
  expect(begun).toEqual(["long", "short", "one"]);
  one();
  await two;
});
