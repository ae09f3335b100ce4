import { expect, test } from "bun:test";
import { openIdSettings } from "../../src/cli/openid-settings.ts";
import { serverSettings } from "../../src/cli/server-settings.ts";

const SECRET = "GADWALL_OPENID_CLIENT_SECRET";
const given = ({ [SECRET]: secret, ...values }: Record<string, unknown>) =>
  openIdSettings(
    serverSettings(
      { http: true, oauth: true, ...values },
      { HOME: "/nowhere", ...(secret !== undefined && { [SECRET]: String(secret) }) },
    ),
  );

test("none, with a secret, without", () => {
  expect(given({})).toBeNull();
  const named = { "openid-issuer": "https://accounts.example.org", "openid-client-id": "gadwall" };
  expect(given(named)).toEqual({
    issuer: "https://accounts.example.org",
    clientId: "gadwall",
    clientSecret: null,
  });
  expect(given({ ...named, [SECRET]: "x" })?.clientSecret).toBe("x");
});

test.each<[Record<string, unknown>, string]>([
  [{ "openid-issuer": "https://a.example" }, "are needed together"],
  [{ "openid-client-id": "x" }, "are needed together"],
  [{ [SECRET]: "x" }, "are needed together"],
  [{ "openid-issuer": "http://a.example", "openid-client-id": "x" }, "must be the https address"],
  [{ "openid-issuer": "a.example", "openid-client-id": "x" }, "must be the https address"],
  [{ "openid-issuer": "https://u:p@a.example", "openid-client-id": "x" }, "must be the https address"],
  [
    { "openid-issuer": "https://a.example", "openid-client-id": "x", oauth: false },
    "together with --oauth only",
  ],
])("%j", (values, sentence) => expect(() => given(values)).toThrow(sentence));
