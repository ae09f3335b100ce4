/** `rpcinfo`: `{program: {protocol: {port, version, …}}}` to a list of `{program, protocol, port, version, …}`. */
import { integerOf, type Table, tableOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

export const rpcinfo: Treatment = (result) => {
  const programs = Object.entries(tableOf(result.data) ?? {});
  const services = programs.flatMap(([program, protocols]) =>
    Object.entries(tableOf(protocols) ?? {}).flatMap(([protocol, facts]): Table[] => {
      const service = tableOf(facts);
      if (service === undefined) return [];
      const entry: Table = { ...service, program: integerOf(program), protocol };
      // A local socket has a path in place of a port.
      if (service.port !== undefined) entry.port = integerOf(service.port);
      return [entry];
    }),
  );
  return asWritten(services.length === 0 ? result : { ...result, data: services });
};
