import { groupRegistration, registration } from "../command.ts";
import addCommand from "./user/add.ts";
import disableCommand from "./user/disable.ts";
import enableCommand from "./user/enable.ts";
import groupsCommand from "./user/groups.ts";
import linkCommand from "./user/link.ts";
import listCommand from "./user/list.ts";
import passwordCommand from "./user/password.ts";
import removeCommand from "./user/remove.ts";

/** `gadwall user …`: one line an action. */
export const addUserCommand = groupRegistration("user", "Who may use a server (mcp-server --http)", [
  registration(addCommand),
  registration(listCommand),
  registration(disableCommand),
  registration(enableCommand),
  registration(removeCommand),
  registration(passwordCommand),
  registration(groupsCommand),
  registration(linkCommand),
]);
