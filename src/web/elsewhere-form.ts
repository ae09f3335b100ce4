import type { OpenIdSettings } from "../accounts/oauth/external.ts";
import { type Html, html } from "./html.ts";

/** The button that leads to another provider. */
export function elsewhereForm({ issuer }: OpenIdSettings, next: string): Html {
  return html`<hr>
<form method="post" action="/sign-in/openid">
<input type="hidden" name="next" value="${next}">
<div class="row"><button>Sign in at ${new URL(issuer).host}</button></div>
</form>`;
}
