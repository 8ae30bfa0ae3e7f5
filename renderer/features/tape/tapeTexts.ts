/** Texts of the tape's filters, in one place for translation. */
export const tapeTexts = {
  least: "Least quantity of a line",
  all: "All",
  from: (quantity: string) => `≥ ${quantity}`,
  byOrder: "Orders",
  byOrderTitle: "On: one line for all that one incoming order traded. Off: one line a trade.",
} as const;
