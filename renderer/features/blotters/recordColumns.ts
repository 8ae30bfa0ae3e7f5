import type { BreachRow, DeedRow } from "../../app/riskRecordRows.ts";
import { riskRecordTexts as texts } from "../../app/riskRecordTexts.ts";
import { preferences } from "../../app/preferences.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import type { GridColumn } from "../../ui/gridColumn.ts";
import { columnTexts } from "./columnTexts.ts";

type Recorded = Pick<DeedRow, "seq" | "atUs" | "by">;
type Heads = typeof texts.columns;

/** Sequence, time and person: where every entry can be found again. */
function firstColumns<Row extends Recorded>(): readonly GridColumn<Row>[] {
  return [
    {
      id: "seq",
      steady: true,
      get header() {
        return texts.columns.seq;
      },
      get explain() {
        return texts.seqExplain;
      },
      width: 84,
      pinned: "left",
      align: "right",
      value: (row) => row.seq,
      text: (row) => String(row.seq),
    },
    {
      id: "time",
      steady: true,
      get header() {
        return columnTexts.time;
      },
      width: 214,
      align: "right",
      value: (row) => row.atUs,
      sortBy: (row) => row.seq,
      text: (row) =>
        `${formatDate(row.atUs, preferences.zone)} ${formatTime(row.atUs, preferences.zone, 3)} ${zoneLabel(preferences.zone)}`,
    },
    textColumn<Row>({ id: "by", width: 112, text: (row) => row.by }),
  ];
}

type TextColumn<Row> = {
  readonly id: keyof Heads;
  readonly width: number;
  readonly flex?: number;
  readonly align?: "right";
  readonly explain?: () => string;
  readonly text: (row: Row) => string;
};

function textColumn<Row>({ id, width, flex, align, explain, text }: TextColumn<Row>): GridColumn<Row> {
  return {
    id,
    steady: true,
    get header() {
      return texts.columns[id];
    },
    get explain() {
      return explain?.() ?? "";
    },
    width,
    ...(flex === undefined ? {} : { flex }),
    ...(align === undefined ? {} : { align }),
    value: text,
    text,
    tooltip: text,
  };
}

export const deedColumns: readonly GridColumn<DeedRow>[] = [
  ...firstColumns<DeedRow>(),
  textColumn<DeedRow>({ id: "kind", width: 128, text: ({ kind }) => texts.kinds[kind] }),
  textColumn<DeedRow>({ id: "place", width: 112, text: ({ place }) => place }),
  textColumn<DeedRow>({ id: "control", width: 148, text: ({ control }) => control }),
  textColumn<DeedRow>({ id: "from", width: 170, flex: 2, text: ({ from }) => from }),
  textColumn<DeedRow>({ id: "to", width: 170, flex: 2, text: ({ to }) => to }),
  textColumn<DeedRow>({ id: "reason", width: 160, flex: 3, text: ({ reason }) => reason }),
  textColumn<DeedRow>({ id: "detail", width: 180, flex: 3, text: ({ detail }) => detail }),
];

export const breachColumns: readonly GridColumn<BreachRow>[] = [
  ...firstColumns<BreachRow>(),
  {
    id: "account",
    steady: true,
    get header() {
      return columnTexts.account;
    },
    width: 88,
    value: ({ account }) => account,
    text: ({ account }) => account,
  },
  textColumn<BreachRow>({ id: "place", width: 112, text: ({ place }) => place }),
  textColumn<BreachRow>({ id: "control", width: 160, text: ({ control }) => control }),
  textColumn<BreachRow>({ id: "tier", width: 64, text: ({ tier }) => tier }),
  textColumn<BreachRow>({ id: "limit", width: 130, align: "right", text: ({ limit }) => limit }),
  textColumn<BreachRow>({ id: "used", width: 130, align: "right", explain: () => texts.usedExplain, text: ({ used }) => used }),
  textColumn<BreachRow>({ id: "asked", width: 130, align: "right", explain: () => texts.askedExplain, text: ({ asked }) => asked }),
  textColumn<BreachRow>({ id: "headroom", width: 130, align: "right", text: ({ headroom }) => headroom }),
];
