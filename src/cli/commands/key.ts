import { groupRegistration, registration } from "../command.ts";
import createCommand from "./key/create.ts";
import listCommand from "./key/list.ts";
import revokeCommand from "./key/revoke.ts";

/** `gadwall key …`: one line an action. */
export const addKeyCommand = groupRegistration("key", "API keys of users", [
  registration(createCommand),
  registration(listCommand),
  registration(revokeCommand),
]);
