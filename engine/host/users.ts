import { z } from "zod";
import usersFile from "../data/users.json" with { type: "json" };
import { venueUserSchema, type VenueUser } from "../../shared/users.ts";

/** The people of the simulated venue, as the file in engine/data names them. */
export const USERS: readonly VenueUser[] = z.array(venueUserSchema).parse(usersFile);
