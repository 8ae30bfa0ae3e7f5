import type { CommandOf } from "../../../shared/commands.ts";
import type { OrderListId } from "../../../shared/ids.ts";
import type { QtyLots } from "../../../shared/money.ts";
import { larger, refusal, smaller } from "./arithmetic.ts";
import { exitsOf, firstParts, isSoundList, partOf } from "./listParts.ts";
import { type List, type Order, alone, isStop } from "./orders.ts";
import { ReferenceControl } from "./referenceControl.ts";

/** Order lists: MT-43 to MT-46. */
export abstract class ReferenceLists extends ReferenceControl {
  protected submitList(command: CommandOf<"SubmitOrderList">): void {
    for (const part of firstParts(command)) {
      const objection = this.consider(part, alone);
      if ("code" in objection) return this.deny(part, objection);
      if (!isSoundList(command.list)) return this.deny(part, refusal("VALIDATE_ORDER_TERMS"));
    }
    this.openList(command, null);
  }

  protected openList(command: CommandOf<"SubmitOrderList">, parent: List | null): void {
    const list: List = {
      id: this.seq + 1,
      command,
      parent,
      actor: parent?.actor ?? this.actor,
      orders: [],
      filled: 0n,
      covered: 0n,
      ending: "none",
    };
    const { type: _type, ...head } = command;
    this.lists.push(list);
    if (parent !== null && command.list.kind === "oco") parent.covered += BigInt(command.list.limit.lots);
    this.emit({
      type: "OrderListAccepted",
      listId: list.id as OrderListId,
      parentListId: parent === null ? null : (parent.id as OrderListId),
      ...head,
    });
    const circumstances = { ...alone, list, isExit: parent !== null, isFollower: parent !== null };
    const parts = firstParts(command);
    for (const part of parts) {
      const objection = this.consider(part, { ...circumstances, isFollower: true });
      if ("code" in objection) return this.deny(part, objection);
    }
    let firstHeld = 0n;
    let first: { order: Order; bound: bigint } | null = null;
    for (const part of parts) {
      const decision = this.consider(part, {
        ...circumstances,
        isFollower: true,
        alreadyHeld: firstHeld,
        sibling: first?.order ?? null,
      });
      if ("code" in decision) throw new Error(`refused after it passed: ${decision.code}`);
      const isFollower = circumstances.isFollower || first !== null;
      const order = this.accept(part, { ...decision, held: larger(0n, decision.held - firstHeld) }, { ...circumstances, isFollower });
      first ??= { order, bound: decision.bound };
      firstHeld = first.order.held;
    }
    if (first !== null) this.place(first.order, first.bound);
  }

  protected settleLists(): void {
    // The oldest list first; each change may call for others.
    while (this.lists.toSorted((a, b) => a.id - b.id).some((list) => this.settleList(list)));
  }

  /** Answers whether there was anything to do. */
  protected settleList(list: List): boolean {
    const { command, ending, filled, orders } = list;
    const end = (): boolean => {
      this.lists = this.lists.filter((other) => other !== list);
      this.emit({ type: "OrderListEnded", listId: list.id as OrderListId });
      return true;
    };
    if (command.list.kind === "oto") {
      if (orders.length > 0) return false;
      const { second } = command.list;
      if (ending === "filled") this.submit(partOf(command, second), { ...alone, list, isFollower: true });
      return end();
    }
    if (command.list.kind === "bracket") {
      const uncovered = filled - list.covered;
      if (uncovered > 0n) this.openList(exitsOf(command, Number(uncovered) as QtyLots), list);
      return orders.length === 0 ? end() : uncovered > 0n;
    }
    const [first, second] = orders;
    if (first === undefined) return end();
    if (second !== undefined) {
      const left = smaller(first.left, second.left);
      const held = this.worstCase({ ...first, left });
      const firstChanged = this.adjust(first, left, held, "listSibling");
      const more = larger(0n, this.worstCase({ ...second, left }) - held);
      return this.adjust(second, left, more, "listSibling") || firstChanged;
    }
    if (isStop(first.terms) && !this.waiting.includes(first)) return false;
    if (ending === "prevented") return this.adjust(first, first.left, this.worstCase(first), "listSibling");
    this.expire(first, "listSibling");
    return true;
  }
}
