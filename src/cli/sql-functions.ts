import { type DuckDBConnection, DuckDBScalarFunction, UHUGEINT, VARCHAR } from "@duckdb/node-api";
import { type AddressRange, parseNetwork } from "../model/ip.ts";

/** Addresses are 128-bit integers inside; these turn written ones into such, so that people can compare. */
const FUNCTIONS: Readonly<Record<string, (range: AddressRange, text: string) => bigint>> = {
  /** `addr = ip('10.0.0.1')` */
  ip: (range, text) => {
    if (range.first !== range.last) throw new Error(`${text} is a network; use net_first and net_last`);
    return range.first;
  },
  /** `addr BETWEEN net_first('10.0.0.0/8') AND net_last('10.0.0.0/8')` */
  net_first: ({ first }) => first,
  net_last: ({ last }) => last,
};

/** Registers `ip`, `net_first` and `net_last`. */
export function addAddressFunctions(connection: DuckDBConnection): void {
  for (const [name, choose] of Object.entries(FUNCTIONS)) {
    connection.registerScalarFunction(
      DuckDBScalarFunction.create({
        name,
        returnType: UHUGEINT,
        parameterTypes: [VARCHAR],
        mainFunction(info, input, output) {
          try {
            const texts = input.getColumnVector(0);
            for (let row = 0; row < input.rowCount; row++) {
              const text = texts.getItem(row);
              output.setItem(row, text === null ? null : choose(parse(String(text)), String(text)));
            }
            output.flush();
          } catch (error) {
            info.setError(error instanceof Error ? error.message : String(error));
          }
        },
      }),
    );
  }
}

function parse(text: string): AddressRange {
  const range = parseNetwork(text);
  if (range === null) throw new Error(`${text.slice(0, 64)} is no address or network`);
  return range;
}
