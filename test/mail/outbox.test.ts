import { expect, test } from "bun:test";
import { Outbox, type Send } from "../../src/mail/outbox.ts";

/** Mails that are sent when a test says so, or never. */
function mails(): { send: Send; begun: number; atOnce: number; aborted: number; release(): void } {
  const gate = Promise.withResolvers<void>();
  let sending = 0;
  const all = {
    begun: 0,
    atOnce: 0,
    aborted: 0,
    release: () => gate.resolve(),
    async send(signal: AbortSignal) {
      all.begun++;
      all.atOnce = Math.max(all.atOnce, ++sending);
      const end = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await Promise.race([gate.promise, end]);
      if (signal.aborted) all.aborted++;
      sending--;
    },
  };
  return all;
}

test("three at the same time, a hundred waiting, no more", async () => {
  const lines: string[] = [];
  const outbox = new Outbox((line) => lines.push(line));
  const some = mails();
  const taken = Array.from({ length: 105 }, () => outbox.add(some.send));
  expect(taken.filter(Boolean)).toHaveLength(103);
  // Nothing is begun before whoever asked has the answer.
  expect(some.begun).toBe(0);
  while (some.begun < 3) await Bun.sleep(5);
  some.release();
  while (some.begun < 4) await Bun.sleep(5);
  expect(outbox.add(some.send)).toBe(true);
  await outbox.stop();
  expect(some).toMatchObject({ begun: 104, atOnce: 3, aborted: 0 });
  expect(lines).toEqual([]);
});

test("at the end what is there is sent and nothing more taken; a second call ends it", async () => {
  const lines: string[] = [];
  const outbox = new Outbox((line) => lines.push(line));
  const some = mails();
  for (let i = 0; i < 5; i++) outbox.add(some.send);
  const stopped = outbox.stop();
  expect(outbox.add(some.send)).toBe(false);
  while (some.begun < 3) await Bun.sleep(5);
  await Promise.all([outbox.stop(), stopped]);
  expect(some).toMatchObject({ begun: 3, aborted: 3 });
  expect(lines).toEqual(["gadwall: 2 mails not sent: the server ended"]);
});

test("ends at once when there is nothing", async () => {
  await new Outbox(() => {}).stop();
});
