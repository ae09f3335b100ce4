/** How alive a feed can be (health.ts tells which). Apart, so that naming the classes loads no database. */
export const HEALTH_CLASSES = [
  "healthy",
  "delayed",
  "risky",
  "archived",
  "unmaintained",
  "empty",
  "unavailable",
] as const;
export type HealthClass = (typeof HEALTH_CLASSES)[number];
