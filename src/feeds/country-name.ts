const regions = new Intl.DisplayNames("en", { type: "region", fallback: "code" });

/** The English name of a country code; the code itself where it is no region's (reference data has such). */
export function countryName(code: string): string {
  try {
    return regions.of(code) ?? code;
  } catch {
    return code;
  }
}
