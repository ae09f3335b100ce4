import { expect, test } from "bun:test";
import { smtpOptions } from "../../src/mail/smtp.ts";
import { UsageError } from "../../src/model/errors.ts";

const ENCRYPTED = {
  requireTLS: true,
  tls: { rejectUnauthorized: true, minVersion: "TLSv1.2" },
  disableFileAccess: true,
  disableUrlAccess: true,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 10_000,
};

test("another machine is spoken to with TLS, however it is named", () => {
  const options = smtpOptions("smtp://ann:s%2Fcret@Mail.example.org:2525");
  expect(options).toMatchObject({
    ...ENCRYPTED,
    host: "mail.example.org",
    port: 2525,
    secure: false,
    auth: { user: "ann", pass: "s/cret" },
  });
  expect(smtpOptions("smtp://mail.example.org")).toMatchObject({ ...ENCRYPTED, port: 587, secure: false });
  expect(smtpOptions("smtps://mail.example.org/")).toMatchObject({ ...ENCRYPTED, port: 465, secure: true });
  for (const host of ["192.0.2.1", "[2001:db8::1]", "localhost.example.org", "0.0.0.0", "[::ffff:192.0.2.1]"])
    expect(smtpOptions(`smtp://${host}:25`)).toMatchObject(ENCRYPTED);
  for (const one of ["smtp://mail.example.org", "smtps://localhost"])
    expect(smtpOptions(one)).not.toHaveProperty("ignoreTLS");
});

test("this machine may be spoken to in plain text, but for a password", () => {
  const plain = { ignoreTLS: true, secure: false };
  expect(smtpOptions("smtp://127.0.0.1:25")).toMatchObject({ ...plain, host: "127.0.0.1", port: 25 });
  expect(smtpOptions("smtp://[::1]:25")).toMatchObject({ ...plain, host: "::1" });
  // Not asked of a resolver.
  expect(smtpOptions("smtp://localhost:25")).toMatchObject({ ...plain, host: "127.0.0.1" });
  expect(smtpOptions("smtp://127.0.0.1:25")).not.toHaveProperty("auth");
  const secret = smtpOptions("smtp://ann:secret@localhost:1025");
  expect(secret).toMatchObject({ ...ENCRYPTED, host: "localhost" });
  expect(secret).not.toHaveProperty("ignoreTLS");
});

test.each([
  "",
  "mail.example.org",
  "mail.example.org:25",
  "http://mail.example.org",
  "smtp://",
  "smtp://ann:hunter2@",
  "smtp://ann:hunter2@mail.example.org:99999",
  "smtp://ann:hunter2@mail.example.org/path",
  "smtp://ann:hunter2@mail.example.org?tls.rejectUnauthorized=false",
  "smtp://ann:hunter2@mail.example.org#x",
  "smtp://ann:hun#ter2@mail.example.org",
  "smtp://ann:hunter2%@mail.example.org",
  "smtp://ann@mail.example.org",
  "smtp://:hunter2@mail.example.org",
])("%p is refused without repeating it", (text) => {
  let error: unknown;
  try {
    smtpOptions(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toStartWith("smtp-url ".trimEnd());
  expect((error as Error).message).not.toMatch(/hunter2|ter2/);
});
