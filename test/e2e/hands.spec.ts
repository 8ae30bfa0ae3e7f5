import { afterAll, beforeAll } from "vitest";
import { blotterStories } from "./hands/blotters.ts";
import { openDesk, terminal } from "./hands/desk.ts";
import { keyStories } from "./hands/keys.ts";
import { messageStories } from "./hands/messages.ts";
import { ticketStories } from "./hands/ticket.ts";
import { workspaceStories } from "./hands/workspaces.ts";

/** The trader's hands, in one window: each part goes on where the one before ended. */
beforeAll(openDesk);
afterAll(() => terminal.dispose());

ticketStories();
keyStories();
blotterStories();
workspaceStories();
messageStories();
