import { TerminalError, typedError } from "../../shared/errors.ts";
import { openDataFolder, type DataFolder } from "../host/dataFolder.ts";
import { lockFolder } from "../host/journal/folderLock.ts";
import { JournalWriter } from "../host/journal/journal.ts";
import { toTerminalError } from "../host/journal/journalErrors.ts";
import { prepareJournal } from "../host/journal/preparation.ts";
import { ENGINE_VERSION } from "../host/version.ts";

/** The journal of one run, in a folder of its own. */
export type ScenarioJournal = { readonly writer: JournalWriter; readonly folder: DataFolder; readonly release: () => void };

/** Takes a folder without a journal, so that a run always begins at sequence 1. Throws TerminalError. */
export function openScenarioJournal(path: string): ScenarioJournal {
  const folder = openDataFolder(path);
  const release: (() => void)[] = [];
  try {
    const lock = lockFolder(folder.lock);
    release.push(() => lock.release());
    prepareJournal(folder.journal);
    const writer = new JournalWriter(folder.journal, { engineVersion: ENGINE_VERSION, quotaBytes: null });
    release.unshift(() => writer.close());
    if (writer.end.lastSeq > 0) {
      const rule = "a folder without a journal";
      const message = `${path} holds a journal already, and a scenario begins with an empty one. Name another folder with --data.`;
      throw new TerminalError(typedError("ARGUMENT_INVALID", { field: "--data", value: path, rule, message }));
    }
    return { writer, folder, release: () => lock.release() };
  } catch (error) {
    for (const each of release) each();
    if (error instanceof TerminalError) throw error;
    throw toTerminalError(error, { path: folder.journal, doing: "Opening the journal" });
  }
}
