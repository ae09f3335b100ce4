import { groupRegistration, registration } from "../command.ts";
import listCommand from "./plugins/list.ts";
import typesCommand from "./plugins/types.ts";

/** `gadwall plugins …`: one line an action. */
export const addPluginsCommand = groupRegistration("plugins", "Tools, filters and formats of your own", [
  registration(listCommand),
  registration(typesCommand),
]);
