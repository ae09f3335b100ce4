import { type Html, html } from "./html.ts";

/** The form that asks for a link by mail. */
export function linkForm(next: string, email: string): Html {
  return html`<hr>
<form method="post" action="/sign-in/mail">
<input type="hidden" name="next" value="${next}">
<label>E-mail address<input name="email" type="email" value="${email}" autocomplete="username" maxlength="254" required></label>
<div class="row"><button>Send me a link</button></div>
</form>`;
}
