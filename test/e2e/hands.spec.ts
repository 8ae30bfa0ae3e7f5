import { afterAll, beforeAll } from "vitest";
import { blotterStories } from "./hands/blotters.stories.ts";
import { openDesk, terminal } from "./hands/desk.ts";
import { keyStories } from "./hands/keys.stories.ts";
import { messageStories } from "./hands/messages.stories.ts";
import { ticketStories } from "./hands/ticket.stories.ts";
import { workspaceStories } from "./hands/workspaces.stories.ts";

/** The trader's hands, in one window: each part goes on where the one before ended. */
beforeAll(openDesk);
afterAll(() => terminal.dispose());

ticketStories();
keyStories();
blotterStories();
workspaceStories();
messageStories();
