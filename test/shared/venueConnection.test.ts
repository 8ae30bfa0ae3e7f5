import { describe, expect, it } from "vitest";
import { shellRequestSchema } from "../../shared/shell.ts";
import { isVenueAddress, venueWishSchema, wishError, type VenueWish } from "../../shared/venueConnection.ts";

const WISH: VenueWish = {
  site: "HK",
  address: "https://venue.example",
  socketAddress: "",
  accessKey: "an-access-key",
  secret: "a-secret-of-the-desk",
};

describe("CN-16 a wish to connect to a venue", () => {
  it("is accepted whole, with a socket address of its own, and with no key where one is kept", () => {
    expect(wishError(WISH)).toBeNull();
    expect(wishError({ ...WISH, site: "GLB", socketAddress: "wss://stream.venue.example/v1" })).toBeNull();
    expect(wishError({ ...WISH, accessKey: "", secret: "" })).toBeNull();
  });

  it.each([
    [{ site: "US" }, "site"],
    [{ address: "" }, "address"],
    [{ address: "venue.example" }, "address"],
    [{ address: "wss://venue.example" }, "address"],
    [{ address: "http://venue.example" }, "address"],
    [{ address: "http://127.0.0.1.venue.example" }, "address"],
    [{ socketAddress: "ws://10.0.0.1:8080" }, "socketAddress"],
    [{ address: "https://me@venue.example" }, "address"],
    [{ address: "https://venue.example?token=1" }, "address"],
    [{ address: "https://a.example,wss://b.example" }, "address"],
    [{ socketAddress: "https://venue.example" }, "socketAddress"],
    [{ accessKey: "" }, "accessKey"],
    [{ accessKey: "short" }, "accessKey"],
    [{ secret: "" }, "secret"],
    [{ secret: "with a blank in it" }, "secret"],
  ] as const)("%j is refused at its field", (change, field) => {
    expect(wishError({ ...WISH, ...change })).toMatchObject({ code: "ARGUMENT_INVALID", field });
  });

  it("takes the same addresses as the command line", () => {
    expect(isVenueAddress("http://127.0.0.1:8080", "rest")).toBe(true);
    expect(isVenueAddress("ws://[::1]:8080", "socket")).toBe(true);
    expect(isVenueAddress("http:venue", "rest")).toBe(false);
  });
});

describe("CN-13 no error quotes a part of the key", () => {
  it("neither by a rule of its own", () => {
    const error = wishError({ ...WISH, secret: "top secret words" });
    expect(error).toMatchObject({ field: "secret", value: "16 characters" });
    expect(JSON.stringify(error)).not.toContain("top secret");
  });

  it("nor by the message's schema, to which what is no key is none", () => {
    const long = "s".repeat(300);
    expect(venueWishSchema.parse({ ...WISH, accessKey: 7, secret: long })).toMatchObject({ accessKey: "", secret: "" });
    const refused = shellRequestSchema.safeParse({ type: "connectVenue", wish: { ...WISH, site: 1 } });
    expect(refused.error?.issues[0]?.path).toEqual(["wish", "site"]);
  });
});
