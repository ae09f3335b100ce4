import { afterAll, beforeAll, expect, test } from "bun:test";
import { OAuthError } from "../../src/accounts/oauth/errors.ts";
import { Issuer } from "../../src/accounts/oauth/issuer.ts";
import { passwordWork } from "../../src/accounts/password-work.ts";
import { Place } from "./place.ts";

const place = new Place();
let issuer: Issuer;

beforeAll(async () => {
  const accounts = place.open();
  await accounts.addUser("ann@example.org", { password: "correct horse battery" });
  const settings = {
    registration: true,
    requestSeconds: 600,
    codeSeconds: 600,
    accessSeconds: 3600,
    refreshSeconds: null,
    openId: null,
  };
  issuer = new Issuer(
    accounts,
    { origin: "http://127.0.0.1:9100", resource: "http://127.0.0.1:9100/mcp" },
    settings,
  );
});
afterAll(() => place.clear());

test("two at a time in their order, 32 wait, the others are sent away; a failure frees its place", async () => {
  const running = new Set<number>();
  const order: number[] = [];
  let most = 0;
  const ends: (() => void)[] = [];
  const ask = (i: number): Promise<number> =>
    passwordWork(async () => {
      order.push(i);
      running.add(i);
      most = Math.max(most, running.size);
      await new Promise<void>((end) => ends.push(end));
      running.delete(i);
      if (i % 3 === 0) throw new Error("failed");
      return i;
    });
  const asked = Array.from({ length: 40 }, (_, i) => ask(i).catch((error: Error) => error.name));
  for (let done = 0; done < 34; done++) {
    while (ends.length === 0) await Bun.sleep(0);
    ends.shift()!();
  }
  const results = await Promise.all(asked);
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 34 }, (_, i) => i));
  expect(results.filter((result) => result === "OAuthError")).toHaveLength(6);
  expect(results.slice(34)).toEqual(Array(6).fill("OAuthError"));
  expect(await passwordWork(async () => "free again")).toBe("free again");
});

test.each(["ann@example.org", "nobody@example.org"])(
  "signing in as %s stands in that line, and who is sent away is not counted",
  async (email) => {
    const ask = (i: number): Promise<Response | OAuthError> =>
      issuer
        .ask("/sign-in/email", { body: { email, password: "wrong" }, client: `198.51.100.${i}` })
        .catch((error: OAuthError) => error);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(i)));
    const refused = answers.filter((answer) => answer instanceof OAuthError);
    expect(refused).toHaveLength(16);
    expect(refused[0]).toMatchObject({ status: 503, retryAfter: 5 });
    expect(answers.filter((answer) => answer instanceof Response && answer.status === 401)).toHaveLength(34);
    const counted = issuer.accounts.database
      .query<{ n: number }, []>("select sum(count) as n from attempt")
      .get()!;
    expect(counted.n).toBe(34);
    issuer.accounts.database.run("delete from attempt");
  },
);
