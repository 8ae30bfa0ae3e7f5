import type { ReactNode } from "react";
import { MOST_RISK_RECORDS, type RiskList, type RiskRecord } from "../../../shared/riskRecord.ts";
import { panelTexts } from "../../app/panelTexts.ts";
import { readModel } from "../../app/readModel.ts";
import { riskRecordsOf, useRiskRecords } from "../../app/riskRecord.ts";
import { recordNames } from "../../app/riskRecordNames.ts";
import { breachRows, DeedRows, type BreachRow, type DeedRow } from "../../app/riskRecordRows.ts";
import { riskRecordTexts as texts } from "../../app/riskRecordTexts.ts";
import { formatCount } from "../../ui/format.ts";
import { Grid } from "../../ui/Grid.tsx";
import type { GridColumn } from "../../ui/gridColumn.ts";
import type { GridHandle } from "../../ui/gridHandle.ts";
import { BlotterFrame } from "./BlotterFrame.tsx";
import { breachColumns, deedColumns } from "./recordColumns.ts";
import { useBlotter } from "./useBlotter.ts";

/** RK-35: who changed or stopped what, when and why, as the journal has it. */
export function DeedsBlotter(): ReactNode {
  const isLong = useRiskRecords("deeds")?.isComplete === false;
  return (
    <RecordTable<DeedRow>
      name="deeds"
      columns={deedColumns}
      count={texts.deedsShown}
      isLong={isLong}
      empty={[texts.noDeeds, texts.noDeedsAction]}
      connect={(grid) => {
        let rows = new DeedRows(recordNames);
        return paint(grid, "deeds", {
          begin: () => (rows = new DeedRows(recordNames)),
          rowsOf: (added) => rows.add(added),
        });
      }}
    />
  );
}

/** RK-35: what the controls objected to. */
export function BreachesBlotter(): ReactNode {
  const isLong = useRiskRecords("breaches")?.isComplete === false;
  return (
    <RecordTable<BreachRow>
      name="breaches"
      columns={breachColumns}
      count={texts.breachesShown}
      isLong={isLong}
      empty={[texts.noBreaches, texts.noBreachesAction]}
      connect={(grid) => {
        let deeds = new DeedRows(recordNames);
        return paint(grid, "breaches", {
          // The deeds name the nodes.
          begin: () => void (deeds = new DeedRows(recordNames)).add(recordsOf("deeds")),
          rowsOf: (added) => breachRows(added, deeds, recordNames),
        });
      }}
    />
  );
}

type RecordTableProps<Row> = {
  readonly name: RiskList;
  readonly columns: readonly GridColumn<Row>[];
  readonly count: (rows: string) => string;
  /** Older entries were left out. */
  readonly isLong: boolean;
  readonly empty: readonly [title: string, action: string];
  readonly connect: (grid: GridHandle<Row>) => () => void;
};

function RecordTable<Row extends { readonly key: string }>(props: RecordTableProps<Row>): ReactNode {
  const { columns, connect, count, empty, isLong, name } = props;
  const blotter = useBlotter<Row>(name, columns);
  return (
    <BlotterFrame
      testId={`blotter-${name}`}
      title={<span className="blotter-count">{count(formatCount(blotter.shown))}</span>}
      search={blotter.search}
      onSearch={blotter.setSearch}
      tools={blotter.tools}
      shown={blotter.shown}
      emptyTitle={empty[0]}
      emptyAction={empty[1]}
      {...(isLong ? { footer: texts.leftOut(formatCount(MOST_RISK_RECORDS)) } : {})}
    >
      <Grid
        name={name}
        label={panelTexts[name]}
        columns={columns}
        rowKey={(row) => row.key}
        sort={{ column: "seq", direction: "desc" }}
        savedColumns={blotter.savedColumns}
        onColumnsChanged={blotter.onColumnsChanged}
        onShownRows={blotter.setShown}
        connect={(handle) => {
          blotter.attach(handle);
          return connect(handle);
        }}
      />
    </BlotterFrame>
  );
}

type Painting<Row> = {
  /** Everything that was painted is void. */
  readonly begin: () => void;
  /** Rows of entries that come next in order. */
  readonly rowsOf: (added: readonly RiskRecord[]) => readonly Row[];
};

function recordsOf(list: RiskList): readonly RiskRecord[] {
  return riskRecordsOf(list).current()?.records ?? NOTHING;
}
const NOTHING: readonly RiskRecord[] = [];

/** Keeps a grid equal to a list: what was added to it is added to the grid; another list, or other names, are painted anew. */
function paint<Row>(grid: GridHandle<Row>, list: RiskList, { begin, rowsOf }: Painting<Row>): () => void {
  let done = NOTHING;
  const anew = (): void => {
    begin();
    done = recordsOf(list);
    grid.reset(rowsOf(done));
  };
  const goOn = (): void => {
    const now = recordsOf(list);
    if (done.length > 0 && now[done.length - 1] !== done.at(-1)) return anew();
    const added = now.slice(done.length);
    done = now;
    grid.upsert(rowsOf(added));
  };
  const stops = [
    riskRecordsOf(list).subscribe(goOn),
    ...(list === "deeds" ? [] : [riskRecordsOf("deeds").subscribe(anew)]),
    readModel.subscribe("preferences", anew),
    readModel.subscribe("catalog", anew),
  ];
  anew();
  return () => {
    for (const stop of stops) stop();
  };
}
