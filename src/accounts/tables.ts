/**
 * The tables of the accounts file, as steps from one schema version to the next.
 *
 * Those with quoted names are better-auth's and its OAuth provider's: what its own migration makes of the configuration
 * in auth.ts (a test compares), with `groups`, `admin`, `disabled` and `lastSeenAt` added to the user. They are made
 * whether OAuth is on or not. Ours say the rest. Times are ISO 8601 texts in UTC.
 */

/** "gdwl": tells our files from other programs'. */
export const APPLICATION_ID = 0x6764776c;

const BETTER_AUTH = `
create table "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null,
  "groups" text not null default '[]', "admin" integer not null default 0, "disabled" integer not null default 0, "lastSeenAt" date);
create table "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique, "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade);
create table "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text, "createdAt" date not null, "updatedAt" date not null);
create table "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null);
create index "session_userId_idx" on "session" ("userId");
create index "account_userId_idx" on "account" ("userId");
create index "verification_identifier_idx" on "verification" ("identifier");
`;

const OAUTH_PROVIDER = `
create table "oauthClient" ("id" text not null primary key, "clientId" text not null unique, "clientSecret" text, "clientDiscoveryId" text, "disabled" integer, "skipConsent" integer, "enableEndSession" integer, "subjectType" text, "scopes" text, "clientCredentialsScopes" text, "userId" text references "user" ("id") on delete cascade, "createdAt" date, "updatedAt" date, "name" text, "uri" text, "icon" text, "contacts" text, "tos" text, "policy" text, "softwareId" text, "softwareVersion" text, "softwareStatement" text, "redirectUris" text not null, "postLogoutRedirectUris" text, "backchannelLogoutUri" text, "backchannelLogoutSessionRequired" integer, "tokenEndpointAuthMethod" text, "applicationType" text, "jwks" text, "jwksUri" text, "grantTypes" text, "responseTypes" text, "requirePKCE" integer, "dpopBoundAccessTokens" integer, "referenceId" text, "metadata" text);
create table "oauthResource" ("id" text not null primary key, "identifier" text not null unique, "name" text not null, "accessTokenTtl" integer, "refreshTokenTtl" integer, "signingAlgorithm" text, "signingKeyId" text, "allowedScopes" text, "customClaims" text, "dpopBoundAccessTokensRequired" integer, "disabled" integer, "createdAt" date, "updatedAt" date, "policyVersion" integer, "metadata" text);
create table "oauthClientResource" ("id" text not null primary key, "clientId" text not null references "oauthClient" ("clientId") on delete cascade, "resourceId" text not null references "oauthResource" ("identifier") on delete cascade, "metadata" text, "createdAt" date);
create table "oauthRefreshToken" ("id" text not null primary key, "token" text not null unique, "clientId" text not null references "oauthClient" ("clientId") on delete cascade, "sessionId" text references "session" ("id") on delete set null, "userId" text not null references "user" ("id") on delete cascade, "referenceId" text, "authorizationCodeId" text, "resources" text, "requestedUserInfoClaims" text, "expiresAt" date not null, "createdAt" date not null, "revoked" date, "rotatedAt" date, "rotationReplayResponse" text, "rotationReplayExpiresAt" date, "authTime" date, "confirmation" text, "scopes" text not null);
create table "oauthAccessToken" ("id" text not null primary key, "token" text not null unique, "clientId" text not null references "oauthClient" ("clientId") on delete cascade, "sessionId" text references "session" ("id") on delete set null, "userId" text references "user" ("id") on delete cascade, "referenceId" text, "authorizationCodeId" text, "resources" text, "requestedUserInfoClaims" text, "refreshId" text references "oauthRefreshToken" ("id") on delete cascade, "expiresAt" date not null, "createdAt" date not null, "revoked" date, "confirmation" text, "scopes" text not null);
create table "oauthConsent" ("id" text not null primary key, "clientId" text not null references "oauthClient" ("clientId") on delete cascade, "userId" text references "user" ("id") on delete cascade, "referenceId" text, "resources" text, "requestedUserInfoClaims" text, "scopes" text not null, "createdAt" date not null, "updatedAt" date not null);
create table "oauthClientAssertion" ("id" text not null primary key, "expiresAt" date not null);
create index "oauthClient_userId_idx" on "oauthClient" ("userId");
create index "oauthClientResource_clientId_idx" on "oauthClientResource" ("clientId");
create index "oauthClientResource_resourceId_idx" on "oauthClientResource" ("resourceId");
create index "oauthRefreshToken_clientId_idx" on "oauthRefreshToken" ("clientId");
create index "oauthRefreshToken_sessionId_idx" on "oauthRefreshToken" ("sessionId");
create index "oauthRefreshToken_userId_idx" on "oauthRefreshToken" ("userId");
create index "oauthRefreshToken_authorizationCodeId_idx" on "oauthRefreshToken" ("authorizationCodeId");
create index "oauthAccessToken_clientId_idx" on "oauthAccessToken" ("clientId");
create index "oauthAccessToken_sessionId_idx" on "oauthAccessToken" ("sessionId");
create index "oauthAccessToken_userId_idx" on "oauthAccessToken" ("userId");
create index "oauthAccessToken_authorizationCodeId_idx" on "oauthAccessToken" ("authorizationCodeId");
create index "oauthAccessToken_refreshId_idx" on "oauthAccessToken" ("refreshId");
create index "oauthConsent_clientId_idx" on "oauthConsent" ("clientId");
create index "oauthConsent_userId_idx" on "oauthConsent" ("userId");
create unique index "oauthClientResource_clientId_resourceId_uidx" on "oauthClientResource" ("clientId", "resourceId");
`;

const OURS = `
create table setting (name text not null primary key, value text not null) strict;
create table apiKey (
  id integer primary key autoincrement,
  userId text not null references "user" (id) on delete cascade,
  name text not null,
  hash text not null unique,
  start text not null,
  createdAt text not null,
  expiresAt text,
  lastUsedAt text,
  unique (userId, name)
) strict;
create table accessRule (subject text not null primary key, value text not null, updatedAt text not null) strict;
create table signInAttempt (subject text not null primary key, count integer not null, since integer not null) strict;
create index signInAttempt_since on signInAttempt (since);
`;

/**
 * Whoever signs in or redeems a code at the moment in which the user is disabled gets nothing, whatever the order of
 * the two: disabling ends what is there, and these let nothing new come.
 */
const NOTHING_FOR_THE_DISABLED = ["session", "oauthRefreshToken", "oauthAccessToken"]
  .map(
    (table) => `
create trigger ${table}_of_disabled before insert on "${table}"
when (select disabled from "user" where id = new.userId) = 1
begin select raise(abort, 'this user is disabled'); end;`,
  )
  .join("");

/**
 * What a client was granted is known by the hash of its authorization code. A grant that has ended lets no token come
 * any more, though a request of another process is about to issue one; a spent refresh token takes the access tokens
 * issued with it along; and tokens live on when the browser is signed out in which they were consented to.
 */
const GRANTS = `
create table endedGrant (grantId text not null primary key, endedAt text not null) strict;
create trigger oauthRefreshToken_spent after update of revoked on "oauthRefreshToken"
when old.revoked is null and new.revoked is not null
begin delete from "oauthAccessToken" where refreshId = new.id; end;
${["oauthRefreshToken", "oauthAccessToken"]
  .map(
    (table) => `
create trigger ${table}_of_ended before insert on "${table}"
when exists (select 1 from endedGrant where grantId = new.authorizationCodeId)
begin select raise(abort, 'this grant has ended'); end;
create trigger ${table}_without_session after insert on "${table}" when new.sessionId is not null
begin update "${table}" set sessionId = null where id = new.id; end;`,
  )
  .join("")}
`;

/**
 * What strangers can make grow, each row with the network that it came from (model/network.ts): none shall take what the
 * others need. Times are milliseconds.
 */
const SHARES = `
drop table signInAttempt;
create table attempt (
  kind text not null,
  who text not null,
  network text not null,
  apart integer not null,
  count integer not null,
  since integer not null,
  primary key (kind, who, network)
) strict;
create index attempt_network on attempt (kind, network);
create index attempt_since on attempt (since);
create table knownPlace (
  userId text not null references "user" (id) on delete cascade,
  network text not null,
  seenAt integer not null,
  primary key (userId, network)
) strict;
create table consentRequest (
  id integer primary key autoincrement,
  name text not null unique,
  clientId text not null,
  network text not null,
  parameters text not null,
  expiresAt integer not null
) strict;
create index consentRequest_network on consentRequest (network);
create index consentRequest_clientId on consentRequest (clientId);
create index consentRequest_expiresAt on consentRequest (expiresAt);
create table registration (
  clientId text not null primary key references "oauthClient" (clientId) on delete cascade,
  network text not null
) strict;
`;

/**
 * A user is one somebody at another provider: an account there that comes later with the same e-mail address (which may
 * have been given to somebody else meanwhile) is not taken for him.
 */
const ONE_ACCOUNT_ELSEWHERE = `
create trigger account_one_of_provider before insert on "account"
when exists (select 1 from "account" where userId = new.userId and providerId = new.providerId)
begin select raise(abort, 'this user has another account of this provider'); end;
`;

/** Step n leads to schema version n + 1. Only ever add to the end. */
export const STEPS: readonly string[] = [
  BETTER_AUTH + OAUTH_PROVIDER + OURS + NOTHING_FOR_THE_DISABLED,
  GRANTS,
  SHARES + ONE_ACCOUNT_ELSEWHERE,
];
