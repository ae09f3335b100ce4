/** An application that asks for access, with the memory that both SDKs want of it. */
import type { OAuthDiscoveryState } from "@modelcontextprotocol/sdk/client/auth.js";
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from "@modelcontextprotocol/sdk/shared/auth.js";

/** What came back to the application: the query of its redirect address. */
export class Callback {
  readonly #server: Bun.Server<undefined>;
  #arrived = Promise.withResolvers<URLSearchParams>();

  constructor() {
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (request) => {
        const url = new URL(request.url);
        if (url.pathname !== "/callback") return new Response(null, { status: 404 });
        this.#arrived.resolve(url.searchParams);
        return new Response("You can close this window.");
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/callback`;
  }

  /** The next answer. */
  async next(): Promise<URLSearchParams> {
    const answer = await this.#arrived.promise;
    this.#arrived = Promise.withResolvers();
    return answer;
  }

  stop(): Promise<void> {
    return this.#server.stop(true);
  }
}

/** OAuthClientProvider of both SDKs. */
export class Application {
  readonly redirectUrl: string;
  information: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  readonly #open: (url: URL) => Promise<void>;
  #verifier = "";
  #discovery: OAuthDiscoveryState | undefined;

  /** @param open shows an address to the user. */
  constructor(redirectUrl: string, open: (url: URL) => Promise<void>) {
    this.redirectUrl = redirectUrl;
    this.#open = open;
  }

  get clientMetadata(): OAuthClientMetadata {
    return {
      client_name: "Test <b>client</b>",
      redirect_uris: [this.redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  state(): string {
    return "state-of-the-application";
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.information;
  }

  saveClientInformation(information: OAuthClientInformationMixed): void {
    this.information = information;
  }

  tokens(): OAuthTokens | undefined {
    return this.kept;
  }

  saveTokens(tokens: OAuthTokens): void {
    this.kept = tokens;
  }

  redirectToAuthorization(url: URL): Promise<void> {
    return this.#open(url);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(discovery: OAuthDiscoveryState): void {
    this.#discovery = discovery;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovery;
  }
}
