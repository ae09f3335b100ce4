/** The log of IVRE's Zeek script (spec ivre §7.5): rows that are observations already. */

import { defineLog } from "./zeek-kind.ts";
import { BadValue, excerpt } from "./zeek-values.ts";

const PREFIX = "PassiveRecon::";

export const PASSIVE_RECON = defineLog({
  name: "passive_recon",
  marks: [["recon_type", "value"]],
  columns: {
    host: "address",
    srvport: "port",
    recon_type: "text",
    source: "binary",
    value: "binary",
    targetval: "binary",
  },
  needs: ["host", "recon_type", "value"],
  read({ host, srvport, recon_type: type, source, value = "", targetval }) {
    if (type === undefined) throw new BadValue("it has no recon_type");
    const recontype = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type;
    if (!/^[A-Za-z0-9_+-]{1,64}$/.test(recontype))
      throw new BadValue(`recon_type "${excerpt(type)}" is none`);
    if (host === undefined && !targetval) throw new BadValue("it has neither host nor targetval");
    return [
      {
        recontype,
        value,
        ...(host !== undefined && { addr: host }),
        ...(targetval && { targetval }),
        ...(source && { source }),
        ...(srvport !== undefined && { port: srvport }),
      },
    ];
  },
});
