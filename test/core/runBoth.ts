import { commandSchema } from "../../shared/commands.ts";
import { ALICE, BOB, CAROL, COIN, Driver, METAL, USD, deposit, venue, type PlainCommand } from "./drive.ts";
import { StepReader, type Step } from "./randomCommands.ts";
import { ReferenceVenue } from "./reference/referenceVenue.ts";

/** The seed of all random streams of this folder; a seed that ever finds a fault is pinned beside it. */
export const SEED = 20_251_122;

/** Runs a stream through the engine and the reference side by side. */
export function runBoth(steps: readonly Step[]): { readonly driver: Driver; readonly reference: ReferenceVenue } {
  const driver = new Driver();
  const reference = new ReferenceVenue();
  const send = (command: PlainCommand): void => {
    driver.send(command);
    reference.decide(commandSchema.parse(command), "tester", driver.atUs);
  };
  for (const command of venue) send(command);
  for (const accountId of [ALICE, BOB, CAROL]) {
    send(deposit(accountId, USD, 50_000));
    send(deposit(accountId, COIN, 400));
    send(deposit(accountId, METAL, 3 * 10 ** 12));
  }
  const reader = new StepReader(reference);
  for (const next of steps) send(reader.command(next));
  return { driver, reference };
}
