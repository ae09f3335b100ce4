/** `http-server-header`: the values of the header field as a list; old versions of nmap give one, with its name. */
import { tableOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

export const httpServerHeader: Treatment = (result) => {
  const table = tableOf(result.data);
  return asWritten(table === undefined ? result : { ...result, data: Object.values(table) });
};
