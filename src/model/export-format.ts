/** How whole lists of addresses are written (feeds/export.ts). */
export const EXPORT_FORMATS = ["cidr", "range", "ip", "ipset", "nft", "json"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
