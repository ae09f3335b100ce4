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

test("three at the same time, a hundred waiting, no more; what is not sent takes no place", async () => {
  const lines: string[] = [];
  const outbox = new Outbox((line) => lines.push(line));
  const some = mails();
  let written = 0;
  const write = (): Send => {
    written++;
    return some.send;
  };
  for (let i = 0; i < 105; i++) {
    outbox.add(write);
    outbox.add(() => null);
  }
  // Nothing is done before whoever asked has the answer.
  expect(written).toBe(0);
  while (written < 105) await Bun.sleep(5);
  expect(some.begun).toBe(3);
  expect(lines).toEqual(Array(2).fill("gadwall: a mail was not sent: 100 others wait for the mail server"));
  some.release();
  while (some.begun < 4) await Bun.sleep(5);
  outbox.add(write);
  await outbox.stop();
  expect(some).toMatchObject({ begun: 104, atOnce: 3, aborted: 0 });
  expect(lines).toHaveLength(2);
});

test("at the end what is there is sent; a second call ends it", async () => {
  const lines: string[] = [];
  const outbox = new Outbox((line) => lines.push(line));
  const some = mails();
  for (let i = 0; i < 5; i++) outbox.add(() => some.send);
  const stopped = outbox.stop();
  while (some.begun < 3) await Bun.sleep(5);
  await Promise.all([outbox.stop(), stopped]);
  expect(some).toMatchObject({ begun: 3, aborted: 3 });
  expect(lines).toEqual(["gadwall: 2 mails not sent: the server ended"]);
});

test("ends at once when there is nothing", async () => {
  await new Outbox(() => {}).stop();
});
