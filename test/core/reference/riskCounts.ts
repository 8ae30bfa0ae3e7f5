import { MILLION, ceilDivide, larger } from "./arithmetic.ts";
import type { RiskTree } from "./riskTree.ts";

const COMPARED = 32;

type Window = { startUs: number; count: bigint };
type Past = { readonly atUs: number; readonly instrumentId: number; readonly side: string; readonly ticks: bigint; readonly lots: bigint };

/** What is counted over time: messages, fills, equal orders (RK-13 to RK-15, RK-17, RK-18). */
export class RiskCounts {
  private readonly tree: RiskTree;
  /** Millionths of tokens that are out, and when they were counted. */
  private readonly buckets = new Map<number, { out: bigint; atUs: number }>();
  private readonly ratios = new Map<number, { startUs: number; messages: bigint; fills: bigint }>();
  private readonly executions = new Map<number, Window>();
  private readonly protection = new Map<string, Window>();
  private readonly accepted = new Map<number, Past[]>();

  constructor(tree: RiskTree) {
    this.tree = tree;
  }

  /** A message of the account has come. Answers the first level, from the account up, that had no token left, with its bound; else null. */
  arrive(accountId: number, atUs: number): { readonly nodeId: number; readonly burst: bigint } | null {
    let empty: { readonly nodeId: number; readonly burst: bigint } | null = null;
    for (const nodeId of this.tree.chain(accountId)) {
      const rate = this.tree.limitsOf(nodeId, "messages", null);
      if (rate !== null) {
        const before = this.buckets.get(nodeId) ?? { out: 0n, atUs: 0 };
        const out = larger(0n, before.out - BigInt(atUs - before.atUs) * rate.parameter);
        const isLeft = out + MILLION <= rate.hard * MILLION;
        this.buckets.set(nodeId, { out: isLeft ? out + MILLION : out, atUs });
        if (!isLeft) empty ??= { nodeId, burst: rate.hard };
      }
      const ratio = this.tree.limitsOf(nodeId, "orderToTrade", null);
      if (ratio === null) continue;
      const counted = this.ratios.get(nodeId) ?? { startUs: 0, messages: 0n, fills: 0n };
      const isOver = BigInt(atUs - counted.startUs) >= ratio.parameter;
      this.ratios.set(nodeId, isOver ? { startUs: atUs, messages: 1n, fills: 0n } : { ...counted, messages: counted.messages + 1n });
    }
    return empty;
  }

  /** A fill of an account's order. */
  fill(accountId: number, instrumentId: number, lots: bigint, isMaker: boolean, atUs: number): void {
    for (const nodeId of this.tree.chain(accountId)) {
      const ratio = this.ratios.get(nodeId);
      if (ratio !== undefined && this.tree.limitsOf(nodeId, "orderToTrade", null) !== null) ratio.fills += 1n;
      this.count(this.executions, nodeId, this.tree.limitsOf(nodeId, "executions", null)?.parameter, 1n, atUs);
      if (!isMaker) continue;
      this.count(this.protection, `${nodeId}`, this.tree.limitsOf(nodeId, "protectionFills", null)?.parameter, 1n, atUs);
      const ofLots = this.tree.limitsOf(nodeId, "protectionLots", instrumentId);
      this.count(this.protection, `${nodeId}/${instrumentId}`, ofLots?.parameter, lots, atUs);
    }
  }

  private count<K>(windows: Map<K, Window>, key: K, length: bigint | undefined, more: bigint, atUs: number): void {
    if (length === undefined) return;
    const window = windows.get(key);
    if (window === undefined || BigInt(atUs - window.startUs) >= length) windows.set(key, { startUs: atUs, count: more });
    else window.count += more;
  }

  /** An order of a placed account was accepted. It is remembered if equal ones are counted anywhere above it. */
  accept(accountId: number, past: Past): void {
    if (!this.tree.chain(accountId).some((nodeId) => this.tree.limitsOf(nodeId, "duplicates", null) !== null)) return;
    this.accepted.set(accountId, [...(this.accepted.get(accountId) ?? []), past].slice(-COMPARED));
  }

  // Questions.

  tokensOut(nodeId: number): bigint {
    return ceilDivide(this.buckets.get(nodeId)?.out ?? 0n, MILLION);
  }

  /** Messages for each fill and one more, the present one not counted, and what it adds. */
  messagesToFills(nodeId: number): { readonly used: bigint; readonly asked: bigint } {
    const { fills, messages } = this.ratios.get(nodeId)!;
    const used = ceilDivide(messages - 1n, fills + 1n);
    return { used, asked: ceilDivide(messages, fills + 1n) - used };
  }

  executionsOf(nodeId: number, length: bigint, atUs: number): bigint {
    return countIn(this.executions.get(nodeId), length, atUs);
  }

  protectedFills(nodeId: number, length: bigint, atUs: number): bigint {
    return countIn(this.protection.get(`${nodeId}`), length, atUs);
  }

  protectedLots(nodeId: number, instrumentId: number, length: bigint, atUs: number): bigint {
    return countIn(this.protection.get(`${nodeId}/${instrumentId}`), length, atUs);
  }

  equals(accountId: number, like: Omit<Past, "atUs">, sinceUs: bigint): bigint {
    const equal = (this.accepted.get(accountId) ?? []).filter(
      ({ atUs, instrumentId, lots, side, ticks }) =>
        BigInt(atUs) >= sinceUs && instrumentId === like.instrumentId && side === like.side && ticks === like.ticks && lots === like.lots,
    );
    return BigInt(equal.length);
  }

  /** RK-16, RK-18: counting begins anew when a person releases the lock. */
  forgetExecutions(nodeId: number): void {
    this.executions.delete(nodeId);
  }
  forgetProtection(nodeId: number): void {
    for (const key of this.protection.keys()) if (key === `${nodeId}` || key.startsWith(`${nodeId}/`)) this.protection.delete(key);
  }
}

function countIn(window: Window | undefined, length: bigint, atUs: number): bigint {
  return window === undefined || BigInt(atUs - window.startUs) >= length ? 0n : window.count;
}
