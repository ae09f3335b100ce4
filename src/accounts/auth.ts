/**
 * better-auth over the accounts file: signing in, sessions, and what its plugins add. Loaded only by a server that shows
 * pages or issues tokens: API keys and the commands need none of it.
 */
import type { Database } from "bun:sqlite";
import { BASE_ERROR_CODES } from "@better-auth/core/error";
import { type BetterAuthOptions, type BetterAuthPlugin, betterAuth } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { LONGEST_PASSWORD } from "./arguments.ts";
import { rememberPlace } from "./known-places.ts";
import { countTry, forgiveTries } from "./sign-in-limits.ts";

/**
 * Says who the client is. The router sets it on every request that it hands to better-auth, over whatever the client
 * sent under that name.
 */
export const CLIENT_ADDRESS_HEADER = "x-gadwall-client";

/** Where a password is looked at. */
export const SIGN_IN_PATH = "/sign-in/email";
/** As long as IVRE's. */
const SESSION_SECONDS = 7 * 86_400;

export interface AuthSettings<Plugins extends BetterAuthPlugin[]> {
  /** Accounts.secret(). */
  secret: string;
  /** The public origin, or the hosts that are served and what holds for any other. */
  baseURL: NonNullable<BetterAuthOptions["baseURL"]>;
  plugins: Plugins;
  /** Origins of pages that may post here besides the own one. */
  trustedOrigins?: string[];
}

/**
 * better-auth with sign-up closed, its own rate limit, log and telemetry off, and tries of passwords limited however
 * they come in.
 */
export function makeAuth<Plugins extends BetterAuthPlugin[]>(
  database: Database,
  { secret, baseURL, plugins, trustedOrigins = [] }: AuthSettings<Plugins>,
) {
  return betterAuth({
    appName: "gadwall",
    database,
    secret,
    baseURL,
    basePath: "/",
    trustedOrigins,
    plugins,
    logger: { disabled: true },
    telemetry: { enabled: false },
    // What is no answer to the client comes out of the handler, for the server to tell.
    onAPIError: { throw: true },
    // The server has its own, for everything.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 1,
      maxPasswordLength: LONGEST_PASSWORD,
    },
    session: { expiresIn: SESSION_SECONDS, cookieCache: { enabled: false } },
    user: { changeEmail: { enabled: false }, deleteUser: { enabled: false } },
    advanced: {
      cookiePrefix: "gadwall",
      // Not left to NODE_ENV.
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      // The schema is ours to keep (tables.ts).
      database: { validateSchema: false },
    },
    // Tokens of other providers are of no use here once somebody has signed in.
    account: { updateAccountOnSignIn: false },
    databaseHooks: {
      account: { create: { before: async (account) => ({ data: { ...account, ...NO_TOKENS } }) } },
      session: {
        create: {
          // Every way of signing in ends here. A disabled user is told no more than one who does not exist.
          before: async ({ userId }) => {
            const row = database
              .query<{ disabled: number }, [string]>("select disabled from user where id = ?")
              .get(userId);
            if (row?.disabled !== 0)
              throw APIError.from("UNAUTHORIZED", BASE_ERROR_CODES.INVALID_EMAIL_OR_PASSWORD);
          },
        },
      },
    },
    hooks: {
      before: createAuthMiddleware(async ({ path, body, headers }) => {
        if (path !== SIGN_IN_PATH) return;
        const seconds = countTry(database, emailIn(body), clientIn(headers));
        if (seconds > 0)
          throw new APIError(
            "TOO_MANY_REQUESTS",
            { code: "TOO_MANY_TRIES", message: `Too many tries: wait ${Math.ceil(seconds / 60)} minutes` },
            { "Retry-After": String(seconds) },
          );
      }),
      // In whatever way somebody signed in.
      after: createAuthMiddleware(async ({ headers, context: { newSession } }) => {
        if (newSession === null) return;
        const client = clientIn(headers);
        forgiveTries(database, newSession.user.email, client);
        rememberPlace(database, newSession.user.id, client);
      }),
    },
  });
}

const NO_TOKENS = { accessToken: null, refreshToken: null, idToken: null };

function emailIn(body: unknown): string {
  const email = typeof body === "object" && body !== null && "email" in body ? body.email : null;
  return typeof email === "string" ? email.slice(0, 254) : "";
}

function clientIn(headers: Headers | undefined): string {
  return headers?.get(CLIENT_ADDRESS_HEADER) ?? "";
}
