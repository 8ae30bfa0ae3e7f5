import { ALICE, BOB, COIN, Driver, FEES, USD, account, coinUsd, deposit } from "./drive.ts";

/** COINUSD goes to an outside venue; a buy of 10 lots at 100 ticks holds 1,013: its value, the higher fee, rounded up, and a unit a lot. */
export function linked(isLive = true, usdMillionths = 0, spareUsd = 0): Driver {
  const driver = new Driver();
  driver.sendAll([
    { type: "DefineAsset", asset: { assetId: USD, code: "USD", decimals: 6, usdMillionths } },
    { type: "DefineAsset", asset: { assetId: COIN, code: "COIN", decimals: 4 } },
    { type: "DefineVenue", venue: { venueId: 1, siteCode: "HK", name: "There", operator: "There", jurisdiction: "HK" } },
    account(FEES, "FEES", true),
    account(ALICE, "ALICE"),
    account(BOB, "BOB"),
    {
      type: "DefineLicence",
      licence: {
        licenceId: 1,
        venueId: 1,
        regulator: "R",
        name: "L",
        reference: "1",
        status: "held",
        fromUs: 0,
        products: [{ product: "spot", fromUs: 0 }],
        remark: "",
      },
    },
    {
      type: "SetEligibilityRule",
      rule: {
        ruleId: 1,
        venueId: 1,
        licenceId: 1,
        effect: "allow",
        clientClasses: ["retail"],
        residence: { mode: "any" },
        product: null,
        pairs: null,
        fromUs: 0,
        untilUs: null,
        clause: "all",
      },
    },
    { type: "ListInstrument", instrument: { ...coinUsd, venueId: 1, routed: true } },
    deposit(ALICE, USD, 10_000 + spareUsd),
    deposit(ALICE, COIN, 100),
  ]);
  const link = {
    venueId: 1,
    site: "HK",
    address: "http://127.0.0.1:1",
    simulated: true,
    accountId: ALICE,
    tag: "abcdefgh",
    sinceTradeId: "0",
  } as const;
  driver.send({ type: "RecordVenueReport", report: { kind: "linked", link } }, "connector");
  if (isLive) driver.send({ type: "RecordVenueReport", report: { kind: "live" } }, "connector");
  return driver;
}
