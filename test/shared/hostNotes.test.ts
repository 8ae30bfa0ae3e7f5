import { afterEach, describe, expect, it } from "vitest";
import { errorText } from "../../shared/errorText.ts";
import { typedError } from "../../shared/errors.ts";
import { hostNoteText, type HostNote } from "../../shared/hostNotes.ts";
import type { EpochUs, Seq } from "../../shared/ids.ts";
import { languages, setLanguage } from "../../shared/languages.ts";

afterEach(() => setLanguage("en"));

const notes: readonly (readonly [note: HostNote, figures: readonly string[]])[] = [
  [{ code: "timeRuns", speed: 30 }, ["30"]],
  [{ code: "timeStands" }, []],
  [{ code: "timeHurries" }, []],
  [{ code: "timeStepped", atUs: 1_767_574_800_250_000 as EpochUs, commands: 17, trades: 4 }, ["01:00:00.250", "17", "4"]],
  [{ code: "marketTrades" }, []],
  [{ code: "marketRests" }, []],
  [{ code: "faults", kinds: ["dropFrames", "slowFsync"] }, []],
  [{ code: "faults", kinds: [] }, []],
  [{ code: "continued", lastGoodSeq: 812 as Seq, keptAs: "journal.damaged-1.db" }, ["812", "journal.damaged-1.db"]],
  [{ code: "live" }, []],
];

describe("LK-1 what the host says of its deeds", () => {
  it.each(notes)("$code with its figures, in three languages that differ", (note, figures) => {
    const told = languages.map((language) => {
      setLanguage(language);
      return hostNoteText(note);
    });
    expect(new Set(told).size).toBe(languages.length);
    for (const text of told) for (const figure of figures) expect(text).toContain(figure);
  });

  it("faults are told by their names, not by their codes", () => {
    setLanguage("zh-HK");
    const text = hostNoteText({ code: "faults", kinds: ["dropFrames", "slowFsync"] });
    expect(text).toContain("遺失");
    expect(text).toContain("磁碟緩慢");
    expect(text).not.toContain("dropFrames");
  });
});

describe("LK-1 errors", () => {
  const error = typedError("MESSAGE_MALFORMED", {
    field: "command.lots",
    value: -3,
    rule: "a positive number",
    message: "Lots must be positive.",
  });

  it("have a sentence of their own in English, and elsewhere their code's meaning with the field and the value", () => {
    expect(errorText(error)).toBe("Lots must be positive.");
    setLanguage("zh-HK");
    expect(errorText(error)).toBe("內容不符合格式。（command.lots：-3）");
    setLanguage("zh-CN");
    expect(errorText(typedError("ENGINE_BUSY", { rule: "room", message: "full" }))).toBe("引擎无法接收，没有发送任何指令；请稍后再试。");
  });
});
