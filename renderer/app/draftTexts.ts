/** What is wrong with an order that is being filled in; each sentence begins with its field's name. */
export const draftTexts = {
  account: "Account: choose one account; “All accounts” is for viewing only.",
  quantityEmpty: "Quantity: enter how much.",
  quantityRule: (rule: string) => `Quantity: must be ${rule}.`,
  quantityLeast: (least: string) => `Quantity: at least ${least}.`,
  quantityMost: (most: string, isMarket: boolean) => `Quantity: at most ${most}${isMarket ? " for a market order" : ""}.`,
  valueLeast: (least: string) => `Quantity: the order's value is below the minimum${least === "" ? "" : ` of ${least}`}.`,
  amountNoCatalog: "Amount: the catalog has not arrived.",
  amountRule: (rule: string) => `Amount: must be ${rule}.`,
  amountNone: (code: string) => `Amount: more than 0 ${code}.`,
  amountNoPrice: "Amount: there is no price to turn it into a quantity.",
  partBounds: "Part: from 0.01 to 100 % of what is available.",
  partUnknown: "Part: what is available is not known yet.",
  partNothing: "Part: nothing is available.",
  partNoPrice: "Part: there is no price to turn it into a quantity.",
  riskNoPrice: "Risk: there is no price to measure it from.",
  riskNoEnd: "Risk: enter the price at which you would give up.",
  riskNoDistance: "Risk: the give-up price must differ from the price.",
  priceMissing: "Price: enter a limit price, or click one in the ladder.",
  termMissing: (name: string) => `${name}: needed for this type of order.`,
  termRange: (name: string, from: string, to: string) => `${name}: from ${from} to ${to}.`,
  termRule: (name: string, rule: string) => `${name}: must be ${rule}.`,
  termLot: (name: string) => `${name}: at least one lot.`,
  termTime: (name: string) => `${name}: a date and time, e.g. 2026-12-31 16:00.`,
  termChoice: (name: string) => `${name}: choose one.`,
} as const;

/** What is wrong with a command line. Its words themselves are not translated. */
export const commandTexts = {
  noCommand: (word: string) => `“${word}” is no command.`,
  noInstrument: (word: string) => `There is no instrument “${word}”.`,
  notInstrument: (word: string) => `“${word}” is no instrument.`,
  nameInstrument: "Name an instrument.",
  noAccount: (word: string) => `There is no account “${word}”.`,
  noSize: (word: string) => `“${word}” is no size: 2, 25%, 5000usd or risk 500.`,
  noPrice: (word: string) => `“${word}” is no price.`,
  noPeg: (word: string) => `“${word}” is nothing to follow.`,
  notHere: (word: string) => `“${word}” is not understood here.`,
  timeInForce: (tif: string) => `${tif} does not go with this order.`,
} as const;

/** What became of named layouts and their files. */
export const layoutTexts = {
  unread: "The named layouts could not be read.",
  damaged: "The named layouts are damaged and were set aside.",
  unfit: (name: string) => `“${name}” does not fit this version.`,
  noWindow: "The window could not be opened.",
  notExported: "The layout was not exported.",
  exported: (name: string, path: string) => `“${name}” is in ${path}.`,
  notImported: "The layout was not imported.",
  noLayouts: "The file holds no layouts of this terminal.",
  imported: (names: readonly string[]) => `Imported ${names.map((name) => `“${name}”`).join(", ")}.`,
  notSaved: "The named layouts could not be saved.",
} as const;

/** What became of deeds that a person asked for by key, palette or panel. */
export const deedTexts = {
  failed: (title: string) => `${title} failed.`,
  keysRestarted: "The hotkeys had stopped and were started again.",
  done: (words: string) => `${words}.`,
  denied: (words: string) => `Denied: ${words}.`,
  unknown: (words: string) => `Outcome unknown: ${words}.`,
  notAccepted: (words: string) => `Not accepted: ${words}.`,
} as const;
