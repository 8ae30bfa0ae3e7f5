import { describe, expect, it } from "vitest";
import licencesFile from "../../engine/data/licences.json" with { type: "json" };
import rulesFile from "../../engine/data/eligibility.json" with { type: "json" };
import feesFile from "../../engine/data/fees.json" with { type: "json" };
import type { ClientClass } from "../../shared/catalog.ts";
import { served, ServedExchange, type Credentials } from "./servedExchange.ts";
import { tempFolder } from "../host/tempFolder.ts";

const BTC_USD = 1;
const PAIRS = ["BTC/USD"];
const RETAIL: ClientClass[] = ["retail"];

type Info = { readonly symbol: string; readonly status: string } & Readonly<
  Record<"retailAllowed" | "piAllowed" | "corporateAllowed", boolean>
>;
type Fees = {
  readonly vipLevel: string;
  readonly tradeVol30Day: string;
  readonly data: readonly { readonly symbol: string; readonly actualMakerRate: string; readonly actualTakerRate: string }[];
};
type OwnTrade = { readonly price: string; readonly qty: string; readonly commission: string; readonly isMaker: boolean };

async function limitOrder(
  exchange: ServedExchange,
  key: Credentials,
  side: "BUY" | "SELL",
  quantity: string,
  price = "65000",
): Promise<void> {
  const order = { symbol: "BTCUSD", side, type: "LIMIT", quantity, price };
  expect(await exchange.signed(key, "POST", "/api/v1/spot/order", order)).toMatchObject({ status: 200 });
}

async function pair(exchange: ServedExchange): Promise<Info> {
  return (await exchange.get(`/api/v1/exchangeInfo?symbol=BTCUSD`)).body as Info;
}

async function fees(exchange: ServedExchange, key: Credentials): Promise<Fees> {
  return (await exchange.signed(key, "GET", "/api/v1/account/vipInfo")).body as Fees;
}

describe("GW-36 an account's own fees", () => {
  it("GW-36 the rates are those that its trades are charged, and follow the schedule in force", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const [seller, buyer] = [exchange.key({ account: "ALPHA" }), exchange.key({ account: "BRAVO" })];
    const before = await fees(exchange, buyer);
    expect(before.vipLevel).toBe("0");
    expect(before.tradeVol30Day).toBe("0");
    await limitOrder(exchange, seller, "SELL", "0.1");
    await limitOrder(exchange, buyer, "BUY", "0.1");
    const charged = async (key: Credentials): Promise<OwnTrade> => {
      const trades = (await exchange.signed(key, "GET", "/api/v1/account/trades", { symbol: "BTCUSD", limit: 1 }))
        .body as readonly OwnTrade[];
      return trades[0]!;
    };
    const rates = (told: Fees): Fees["data"][number] => told.data.find(({ symbol }) => symbol === "BTCUSD")!;
    const asSeller = await charged(seller);
    const asBuyer = await charged(buyer);
    expect([asSeller.isMaker, asBuyer.isMaker]).toEqual([true, false]);
    expect(Number(asSeller.commission)).toBeCloseTo(6_500 * Number(rates(await fees(exchange, seller)).actualMakerRate), 6);
    expect(Number(asBuyer.commission)).toBeCloseTo(6_500 * Number(rates(before).actualTakerRate), 6);
    const operator = await exchange.engine.connect("desk", { operator: true });
    const rate = { makerPpm: 700, takerPpm: 3_100 };
    const schedule = {
      scheduleId: feesFile.length + 1,
      venueId: 1,
      name: "of the test",
      fromUs: ((await exchange.time()) + 1_000) * 1_000,
      minimumFeeUsdMillionths: 0,
      tiers: [{ minVolumeUsd: 0, tokenFiat: rate, tokenToken: rate, securityToken: rate }],
      reference: "a test",
    };
    expect((await operator.submit({ type: "DefineFeeSchedule", schedule })).refusal).toBeNull();
    const changed = { actualMakerRate: "0.0007", actualTakerRate: "0.0031" };
    const told = async (): Promise<Fees["data"][number]> => {
      // Rates follow the time of the last order.
      await limitOrder(exchange, seller, "SELL", "0.001", "66000");
      return rates(await fees(exchange, seller));
    };
    await expect.poll(told, { timeout: 20_000 }).toMatchObject(changed);
    const own = await operator.query({ type: "feeTerms", accountId: 2 });
    expect(own.terms.find(({ instrumentId }) => instrumentId === BTC_USD)).toMatchObject({ tier: 0, volumeUsdMillionths: 0 });
    expect(await operator.refused({ type: "query", query: { type: "feeTerms", accountId: 1 } })).toMatchObject({
      code: "ACCOUNT_FORBIDDEN",
      field: "query.accountId",
    });
  });
});

describe("GW-37 EL-12 the state of a pair", () => {
  it("GW-37 EL-12 a phase and the rules of eligibility are told as they are", async () => {
    const exchange = await served(tempFolder(), { sites: ["HK"] });
    const operator = await exchange.engine.connect("desk", { operator: true });
    expect(await pair(exchange)).toMatchObject({ status: "TRADING", retailAllowed: true, piAllowed: true, corporateAllowed: true });
    const rule = {
      ruleId: rulesFile.length + 1,
      venueId: 1,
      licenceId: 1,
      effect: "deny",
      clientClasses: RETAIL,
      residence: { mode: "any" },
      product: null,
      pairs: PAIRS,
      fromUs: ((await exchange.time()) + 1_000) * 1_000,
      untilUs: null,
      clause: "of the test",
    } as const;
    expect((await operator.submit({ type: "SetEligibilityRule", rule })).refusal).toBeNull();
    await expect.poll(() => pair(exchange), { timeout: 20_000 }).toMatchObject({ retailAllowed: false, piAllowed: true });
    const phases = [
      ["halted", "HALT"],
      ["preOpen", "IN_PREVIEW"],
      ["openingAuction", "RESUMING"],
      ["continuous", "TRADING"],
    ] as const;
    for (const [phase, status] of phases) {
      const { refusal } = await operator.submit({ type: "SetTradingPhase", instrumentId: BTC_USD, phase, untilUs: null });
      expect(refusal).toBeNull();
      expect((await pair(exchange)).status).toBe(status);
    }
    // Without a licence nobody is admitted.
    const fromUs = ((await exchange.time()) + 1_000) * 1_000;
    for (const [index, { venue }] of licencesFile.entries()) {
      if (venue !== "HK") continue;
      const command = { type: "WithdrawLicence", licenceId: index + 1, withdrawal: { fromUs, clause: "of the test" } } as const;
      expect((await operator.submit(command)).refusal).toBeNull();
    }
    const nobody = { retailAllowed: false, piAllowed: false, corporateAllowed: false, omnibusAllowed: false };
    await expect.poll(() => pair(exchange), { timeout: 20_000 }).toMatchObject(nobody);
  });
});

describe("GW-38 bars and their trades", () => {
  it("GW-38 volume, quote volume and number of trades agree, also of trades from before the interface began", async () => {
    const path = tempFolder();
    const first = await ServedExchange.start(path, { sites: ["HK"] });
    const keys = [first.key({ account: "ALPHA" }), first.key({ account: "BRAVO" })] as const;
    for (const price of ["65000", "65010", "65020"]) {
      await limitOrder(first, keys[0], "SELL", "0.01", price);
      await limitOrder(first, keys[1], "BUY", "0.01", price);
    }
    const bars = async (exchange: ServedExchange): Promise<readonly (readonly [volume: number, quote: number, trades: number])[]> => {
      const { body } = await exchange.get("/quote/v1/klines?symbol=BTCUSD&interval=1m&limit=1000");
      return (body as readonly (readonly string[])[]).map((bar) => [Number(bar[5]), Number(bar[7]), Number(bar[8])] as const);
    };
    const sum = (list: Awaited<ReturnType<typeof bars>>): readonly number[] =>
      [0, 1, 2].map((at) => list.filter(([, , trades]) => trades > 0).reduce((total, bar) => total + (bar[at as 0 | 1 | 2] ?? 0), 0));
    const [volume, quote, trades] = sum(await bars(first));
    expect(volume).toBeCloseTo(0.03, 8);
    expect(quote).toBeCloseTo(0.01 * (65_000 + 65_010 + 65_020), 6);
    expect(trades).toBe(3);
    await first.engine.shutdown();
    const again = await served(path, { sites: ["HK"] });
    await limitOrder(again, keys[0], "SELL", "0.01", "65030");
    await limitOrder(again, keys[1], "BUY", "0.01", "65030");
    await expect.poll(async () => sum(await bars(again))[2], { timeout: 20_000 }).toBe(4);
    expect(sum(await bars(again))[1]).toBeCloseTo(0.01 * (65_000 + 65_010 + 65_020 + 65_030), 6);
    // Wherever there is volume there is quote volume.
    for (const [traded, worth] of await bars(again)) expect(worth > 0).toBe(traded > 0);
  });
});
