/** `ms-sql-info`: instances by where they are reached, to a list of `{Instance, …}`. */
import { type Table, tableOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

export const msSqlInfo: Treatment = (result) => {
  const entries = Object.entries(tableOf(result.data) ?? {});
  // The name of the Windows server stands beside the instances: it is one fact about each of them.
  const common: Table = Object.fromEntries(entries.filter(([, value]) => typeof value === "string"));
  const instances = entries.flatMap(([key, value]): Table[] => {
    const instance = tableOf(value);
    return instance === undefined ? [] : [{ ...common, ...instance, Instance: result.keys?.get(key) ?? key }];
  });
  return asWritten(instances.length === 0 ? result : { ...result, data: instances });
};
