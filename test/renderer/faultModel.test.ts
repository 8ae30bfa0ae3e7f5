import { describe, expect, it } from "vitest";
import { faultEntries, faultOf, faultsOfText, firstDraft, particulars } from "../../renderer/features/faults/faultModel.ts";
import { faultSchema } from "../../shared/faults.ts";

describe("SM-60 the panel of faults", () => {
  it("SM-60 offers every fault that there is, each with a draft that is one", () => {
    const kinds = faultSchema.options.map((option) => option.shape.kind.value);
    expect(faultEntries.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
    for (const { kind } of faultEntries) {
      const made = faultOf({ ...firstDraft, kind }, "ui-1");
      expect(made).toMatchObject({ ok: true, value: { kind, probability: 1, seed: 1, times: 1 } });
      expect(made.ok && particulars(made.value, "ui-1")).toMatch(/./);
    }
    const drop = faultOf(firstDraft, "ui-2");
    expect(drop.ok && [particulars(drop.value, "ui-2"), particulars(drop.value, "ui-1")]).toEqual(["this window", "ui-2"]);
  });

  it("SM-60 names the field that does not fit", () => {
    expect(faultOf({ ...firstDraft, probability: "2" }, "ui-1")).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^Probability: ≤ 1$/),
    });
    expect(faultOf({ ...firstDraft, kind: "delayFrames", ms: "" }, "ui-1")).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^Milliseconds: /),
    });
    expect(faultOf({ ...firstDraft, times: " " }, "ui-1")).toMatchObject({ ok: true, value: { times: null } });
    expect(faultOf({ ...firstDraft, where: "everyone" }, "ui-1")).toMatchObject({ value: { target: { owner: null, session: null } } });
  });

  it("SM-60 reads a file of faults whole or not at all", () => {
    const good = { kind: "dropFrames", target: { owner: null, session: null }, probability: 0.5, seed: 3, times: null };
    expect(faultsOfText(JSON.stringify([good, good]))).toMatchObject({ ok: true });
    expect(faultsOfText(JSON.stringify([good, { ...good, seed: "x" }]))).toMatchObject({
      ok: false,
      error: expect.stringMatching(/^1\.seed: /),
    });
    expect(faultsOfText("{")).toMatchObject({ ok: false });
  });
});
