/** How the members of a list are written where a part of it is shown. */
export const LIST_FORMATS = ["cidr", "range"] as const;
export type ListFormat = (typeof LIST_FORMATS)[number];
