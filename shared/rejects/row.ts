/** The stage of the engine that refuses; also the thousands of the code's number. */
export const rejectStages = { validate: 1, eligible: 2, risk: 3, ledger: 4, book: 5, catalog: 6 } as const;
export type RejectStage = keyof typeof rejectStages;

/**
 * What the operands `limit`, `used`, `actual` and `headroom` of a refusal count: lots, ticks, units of the quote asset, units of the asset
 * that the order pays with ("held"), units of the currency of the risk node that refuses ("currency"), microseconds since 1970 ("time"), or bare
 * numbers.
 */
export type OperandUnit = "lots" | "ticks" | "quote" | "held" | "currency" | "time" | "plain";

/** The operands that a text may mention in braces. */
export const operandNames = ["limit", "used", "actual", "headroom", "licence", "rule"] as const;
export type OperandName = (typeof operandNames)[number];

/** Everything there is to say about one reason to refuse, for every door that a command can come through. */
export type RejectRow = {
  /** Stable, stored in journals: the stage's thousand and a count. */
  readonly number: number;
  readonly stage: RejectStage;
  /** Paragraph of engine/SPEC.md that the refusal rests on. */
  readonly rule: string;
  readonly unit: OperandUnit;
  /** In a few English words and without operands: the message of the HTTP answer and FIX tag 58. */
  readonly meaning: string;
  /** English, with operands in braces; the two Chinese texts (Traditional as written in Hong Kong, Simplified) name the same operands. */
  readonly text: string;
  readonly zhHant: string;
  readonly zhHans: string;
  /** The venue interface's answer: status and error code, which Hong Kong's and Global's sites do not always share. */
  readonly http: { readonly status: number; readonly hk: string; readonly glb: string };
  /** FIX 4.4: OrdRejReason (103) for a new order, CxlRejReason (102) for a cancellation or replacement. */
  readonly fix: { readonly ordRejReason: number; readonly cxlRejReason: number };
};
