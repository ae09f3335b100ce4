import { z } from "zod";
import { defineTool } from "../define.ts";
import { optionalText } from "../parameters.ts";

export default defineTool({
  name: "nmap_service_values",
  title: "Known services and products",
  description: "Spellings of service or product names that Nmap knows or the data holds, sorted.",
  input: {
    field: z.enum(["service_name", "service_product"]),
    service: optionalText.describe("With service_product: of this service only"),
  },
  output: z.array(z.string()),
  lists: true,
  reads: true,
  example: { field: "service_product", service: "http" },
  async handler(args, { read }) {
    const { serviceValues } = await import("../../query/services.ts");
    const values = await read((query) =>
      serviceValues(query, { field: args.field, service: args.service ?? undefined }),
    );
    return {
      result: values,
      total: values.length,
      rest: () => ({ advice: 'name a service, such as service: "http", to see its products' }),
    };
  },
});
