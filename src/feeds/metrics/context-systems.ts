/**
 * Autonomous systems in which much lies that people miss when it is blocked (spec feeds §3.11). They explain what a
 * list holds and count as no tier. Clouds and delivery networks are too broad to be among them: what lies there
 * belongs to anybody.
 */
export const CONTEXT_SYSTEMS: readonly { asn: number; of: string }[] = [
  { asn: 714, of: "Apple" },
  { asn: 6185, of: "Apple" },
  { asn: 13414, of: "X, once Twitter" },
  { asn: 32934, of: "Meta: Facebook, Instagram, WhatsApp" },
  { asn: 36459, of: "GitHub" },
];
