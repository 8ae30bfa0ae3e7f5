import { invariant } from "../../../shared/assert.ts";
import { VENUE_NODE, instrumentControls, nodeControls } from "../../../shared/risk.ts";
import { holdTicksOf, valueOf } from "../ledger/ledger.ts";
import type { EngineState } from "../state/state.ts";
import { isBuy } from "../records/terms.ts";
import { NO_LIMIT } from "./controls.ts";

/** RK-4, RK-5, RK-10 to RK-12: exposures are what positions and open orders say, and no level allows more than the one above. For tests, soaks and restores. */
export function checkRiskInvariants(state: EngineState): void {
  checkWorking(state);
  checkSums(state);
  checkTree(state);
}

type Working = { buy: number; sell: number; value: number };

/** Working lots and open values, counted anew from the open orders. */
function checkWorking(state: EngineState): void {
  const { accounts, catalog, orders, risk } = state;
  const { exposures, nodes, openValues } = risk;
  const byRow = new Map<number, Working>();
  const openByNode = new Map<string, bigint>();
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const account = risk.nodeOf(accountId);
    for (let order = accounts.firstOrder(accountId); order !== 0; order = orders.accountNext(order)) {
      const row = orders.exposure(order);
      const instrument = catalog.instrument(orders.instrumentId(order));
      const expected = account === VENUE_NODE ? 0 : exposures.find(account, instrument.instrumentId);
      invariant(row === expected, `order ${orders.id(order)} counts in a wrong exposure row`);
      const lots = orders.leavesLots(order);
      const value = valueOf(instrument, holdTicksOf(state, order), lots);
      for (let at = row; at !== 0; at = exposures.up(at)) {
        const sum = byRow.get(at) ?? { buy: 0, sell: 0, value: 0 };
        if (isBuy(orders.terms(order))) sum.buy += lots;
        else sum.sell += lots;
        byRow.set(at, sum);
        const key = `${exposures.node(at)}/${instrument.quoteAssetId}`;
        openByNode.set(key, (openByNode.get(key) ?? 0n) + BigInt(value));
      }
    }
  }
  for (let row = 1; row <= exposures.highestHandle; row += 1) {
    const { buy, sell } = byRow.get(row) ?? { buy: 0, sell: 0 };
    const name = `exposure of node ${exposures.node(row)} in instrument ${exposures.instrumentId(row)}`;
    invariant(exposures.buyLots(row) === buy, `${name} has ${exposures.buyLots(row)} lots to buy, its orders ${buy}`);
    invariant(exposures.sellLots(row) === sell, `${name} has ${exposures.sellLots(row)} lots to sell, its orders ${sell}`);
  }
  for (let node = 1; node <= nodes.highestHandle; node += 1) {
    for (let row = nodes.firstOpenValue(node); row !== 0; row = openValues.next(row)) {
      const open = openByNode.get(`${node}/${openValues.assetId(row)}`) ?? 0n;
      invariant(openValues.exactValue(row) === open, `node ${node} has an open value of ${openValues.exactValue(row)}, its orders ${open}`);
    }
  }
}

/** Positions, gross positions and cash of a desk or firm are the sums over the level below. */
function checkSums(state: EngineState): void {
  const { exposures, nodes } = state.risk;
  const below = new Map<number, { position: number; gross: number; cash: bigint }>();
  for (let row = 1; row <= exposures.highestHandle; row += 1) {
    const node = exposures.node(row);
    if (nodes.accountId(node) !== 0) {
      invariant(
        exposures.gross(row) === exposures.worstLots(row),
        `account node ${node} has a gross position of ${exposures.gross(row)} instead of ${exposures.worstLots(row)}`,
      );
    }
    const up = exposures.up(row);
    const isTop = node === VENUE_NODE || nodes.parent(node) === VENUE_NODE;
    invariant(isTop === (up === 0), `the exposures of node ${node} do not add up above`);
    if (up === 0) continue;
    invariant(
      exposures.node(up) === nodes.parent(node) && exposures.instrumentId(up) === exposures.instrumentId(row),
      `the exposures of node ${node} add up in a wrong place`,
    );
    const sum = below.get(up) ?? { position: 0, gross: 0, cash: 0n };
    below.set(up, {
      position: sum.position + exposures.position(row),
      gross: sum.gross + exposures.gross(row),
      cash: sum.cash + exposures.cash(row),
    });
  }
  for (let row = 1; row <= exposures.highestHandle; row += 1) {
    const node = exposures.node(row);
    if (nodes.accountId(node) !== 0) continue;
    const { position, gross, cash } = below.get(row) ?? { position: 0, gross: 0, cash: 0n };
    invariant(
      exposures.position(row) === position && exposures.gross(row) === gross && exposures.cash(row) === cash,
      `node ${node} does not have the sums of the level below in instrument ${exposures.instrumentId(row)}`,
    );
  }
}

function checkTree(state: EngineState): void {
  const { exposures, nodes } = state.risk;
  for (let node = VENUE_NODE + 1; node <= nodes.highestHandle; node += 1) {
    const accountId = nodes.accountId(node);
    invariant(accountId === 0 || state.risk.nodeOf(accountId) === node, `account ${accountId} has two places in the risk tree`);
    for (let above = nodes.parent(node); above !== 0; above = nodes.parent(above)) {
      // Values in another currency do not compare.
      if (nodes.currency(above) !== nodes.currency(node)) continue;
      for (let place = 0; place < nodeControls.length; place += 1) {
        expectWithin(node, nodeControls[place]!, nodes.soft(node, place), nodes.hard(node, place), nodes.hard(above, place));
      }
      for (const { instrumentId } of state.catalog.instruments) {
        const own = exposures.find(node, instrumentId);
        const upper = exposures.find(above, instrumentId);
        if (own === 0 || upper === 0) continue;
        for (let place = 0; place < instrumentControls.length; place += 1) {
          expectWithin(
            node,
            instrumentControls[place]!,
            exposures.soft(own, place),
            exposures.hard(own, place),
            exposures.hard(upper, place),
          );
        }
      }
    }
  }
}

function expectWithin(node: number, control: string, soft: number, hard: number, above: number): void {
  invariant(soft <= hard, `node ${node} has a soft bound above the hard one of ${control}`);
  invariant(hard === NO_LIMIT || hard <= above, `node ${node} allows more than the level above it in ${control}`);
}
