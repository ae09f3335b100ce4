import type { Api, Factory } from "gadwall";

/** Reads files with `address,port,service` lines, and finds printers. */
const plugin: Factory = (api: Api) => {
  const { z } = api;
  const printer = api.or(api.query("port:9100"), api.filters.searchservice({ service: "/^(ipp|printer)$/" }));

  const findPrinters = api.tool({
    name: "find_printers",
    title: "Printers",
    description: "Hosts that look like printers, with their open ports.",
    input: {
      product: z.string().nullable().default(null).describe("Exact or /regex/flags; null = any"),
      skip: z.int().min(0).default(0),
    },
    output: z.array(z.record(z.string(), z.unknown())),
    lists: true,
    reads: true,
    annotations: { readOnlyHint: true },
    example: { product: "/^HP/" },
    async handler({ product, skip }, { read }) {
      const filter = product === null ? printer : api.and(printer, api.filters.searchproduct({ product }));
      const { records, total } = await read((data) =>
        data.get({ purpose: "view", filter, skip, limit: 50, fields: ["addr", "ports.port"] }),
      );
      return { result: records, total, skipped: skip, next: (returned) => ({ skip: skip + returned }) };
    },
  });

  const searchPrinter = api.filter({
    name: "searchprinter",
    title: "Printers",
    description: "Looks like a printer.",
    input: { snmp: z.boolean().default(false).describe("And answers SNMP") },
    example: { snmp: true },
    build: ({ snmp }) =>
      snmp ? api.and(printer, api.filters.searchport({ port: 161, protocol: "udp" })) : printer,
  });

  return {
    api: 1,
    tools: [findPrinters],
    filters: [searchPrinter],
    resources: [
      {
        uri: "acme://guides/printers",
        name: "printers",
        title: "Our printers",
        description: "Where printers should be, and how many there are.",
        mimeType: "text/markdown",
        async read({ read }) {
          const count = await read((data) => data.count({ purpose: "view", filter: printer }));
          return `# Printers\n\nThey belong into 192.0.2.0/24. There are ${count}.\n`;
        },
      },
    ],
    importers: [
      {
        name: "acme-csv",
        sniff: (head) => head.startsWith("address,port,service\n"),
        async *parse(chunks) {
          let number = 0;
          for await (const line of api.lines(chunks)) {
            if (number++ === 0 || line === "") continue;
            const [addr = "", port, name] = line.split(",");
            yield { host: { addr, ports: [{ port: Number(port), protocol: "tcp", service: { name } }] } };
          }
        },
      },
    ],
  };
};

export default plugin;
