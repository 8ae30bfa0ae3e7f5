import { Fragment, type ReactNode } from "react";

type Fact = { readonly label: string; readonly value: ReactNode; readonly testId?: string };

type FactsProps = {
  readonly testId?: string;
  /** All values are figures, which stand under each other. */
  readonly figures?: boolean;
  readonly facts: readonly Fact[];
};

/** What is so, line by line: a name and its figure or words. */
export function Facts({ testId, figures = false, facts }: FactsProps): ReactNode {
  return (
    <dl className="facts" data-figures={figures} data-testid={testId}>
      {facts.map(({ label, value, testId: valueId }) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd data-testid={valueId}>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
