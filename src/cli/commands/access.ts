import { groupRegistration, registration } from "../command.ts";
import listCommand from "./access/list.ts";
import removeCommand from "./access/remove.ts";
import setCommand from "./access/set.ts";

/** `gadwall access …`: one line an action. */
export const addAccessCommand = groupRegistration("access", "Who may see what over --http", [
  registration(setCommand),
  registration(listCommand),
  registration(removeCommand),
]);
