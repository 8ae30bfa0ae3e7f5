import { z } from "zod";

declare const brand: unique symbol;
/** A primitive that only its own constructor makes, so that an account id is never passed for an order id. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Index of an asset in the catalog, from 1. */
export type AssetId = Brand<number, "AssetId">;
/** Index of an instrument in the catalog, from 1. */
export type InstrumentId = Brand<number, "InstrumentId">;
/** Index of an account in the catalog, from 1. */
export type AccountId = Brand<number, "AccountId">;
/** Index of a venue, from 1. */
export type VenueId = Brand<number, "VenueId">;
/** Index of a licence among all venues' licences, from 1. */
export type LicenceId = Brand<number, "LicenceId">;
/** Index of an eligibility rule row, from 1. */
export type RuleId = Brand<number, "RuleId">;
/** Index of a fee schedule, from 1. */
export type FeeScheduleId = Brand<number, "FeeScheduleId">;
/** Sequence number of the order's OrderAccepted event. */
export type OrderId = Brand<number, "OrderId">;
/** Sequence number of the list's OrderListAccepted event. */
export type OrderListId = Brand<number, "OrderListId">;
/** Sequence number of the trade's OrderFilled event. */
export type TradeId = Brand<number, "TradeId">;
/** The client's own key of an order, a positive safe integer; unique among its account's open and recent orders (MT-11), which makes a resend harmless. */
export type ClientOrderId = Brand<number, "ClientOrderId">;
/** Place of a command or event in the journal: one counter numbers both, from 1, without gaps. */
export type Seq = Brand<number, "Seq">;
/** Venue time in integer microseconds since 1970-01-01 UTC. */
export type EpochUs = Brand<number, "EpochUs">;

/** Largest index of an asset, instrument or account. */
export const MAX_CATALOG_ID = 2 ** 31 - 1;

const catalogIndex = z.number().int().min(1).max(MAX_CATALOG_ID);
const sequenceNumber = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

// A brand exists only at compile time; these schemas are the places where a checked number receives it.
export const assetIdSchema = catalogIndex.transform((n) => n as AssetId);
export const instrumentIdSchema = catalogIndex.transform((n) => n as InstrumentId);
export const accountIdSchema = catalogIndex.transform((n) => n as AccountId);
export const venueIdSchema = catalogIndex.transform((n) => n as VenueId);
export const licenceIdSchema = catalogIndex.transform((n) => n as LicenceId);
export const ruleIdSchema = catalogIndex.transform((n) => n as RuleId);
export const feeScheduleIdSchema = catalogIndex.transform((n) => n as FeeScheduleId);
export const orderIdSchema = sequenceNumber.transform((n) => n as OrderId);
export const clientOrderIdSchema = sequenceNumber.transform((n) => n as ClientOrderId);
export const seqSchema = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((n) => n as Seq);
/** A moment that somebody names: after 1970 began. */
export const momentUsSchema = z
  .number()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((n) => n as EpochUs);
export const epochUsSchema = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .transform((n) => n as EpochUs);
