import type { ReactNode } from "react";
import type { RiskTree } from "../../../shared/risk.ts";
import { readModel, type Session } from "../../app/readModel.ts";
import { KilledBy } from "./KilledBy.tsx";
import { riskTexts as texts } from "./riskTexts.ts";
import { useReasoned, type Reasoned } from "./useReasoned.tsx";

/** RK-20: stops people and sessions rather than accounts: all that they sent is cancelled, and they send no more. */
export function UserSwitches({ tree, session }: { readonly tree: RiskTree; readonly session: Session | null }): ReactNode {
  const { input, reasoned } = useReasoned({ label: texts.userReason, testId: "user-reason" });
  const killed = new Map(tree.killedActors.map(({ actor, by }) => [actor, by]));
  // Whoever is killed is there to be re-armed, whether or not this venue knows the name.
  const actors = [...new Set([...(session?.users ?? []).map(({ code }) => code), ...killed.keys()])];
  if (actors.length === 0) return null;
  return (
    <section className="risk-users">
      <h3 title={texts.userKillExplain}>{texts.users}</h3>
      {input}
      {actors.map((actor) => (
        <UserSwitch key={actor} actor={actor} by={killed.get(actor) ?? null} {...reasoned} />
      ))}
    </section>
  );
}

type UserSwitchProps = Reasoned & {
  readonly actor: string;
  /** Who engaged the switch; null while it is not. */
  readonly by: string | null;
};

function UserSwitch({ actor, by, reason, rests, why, deed }: UserSwitchProps): ReactNode {
  const scope = { kind: "user" as const, actor };
  const name = readModel.userName(actor);
  return (
    <div className="risk-line" data-testid={`user-line-${actor}`}>
      <span className="risk-proposal">
        {name} {by !== null && <KilledBy by={by} scope={scope} isFlattening={false} />}
      </span>
      {by === null ? (
        <button
          type="button"
          className="button danger"
          data-testid={`user-kill-${actor}`}
          disabled={rests}
          title={why ?? texts.userKillExplain}
          onClick={() =>
            deed(
              { type: "EngageKillSwitch", kill: { scope, flatten: false, reason } },
              { done: texts.did.kill(name), asked: texts.asked.kill(name) },
            )
          }
        >
          ■ {texts.killIt}
        </button>
      ) : (
        <button
          type="button"
          className="button"
          data-testid={`user-rearm-${actor}`}
          disabled={rests}
          title={why}
          onClick={() =>
            deed({ type: "RearmKillSwitch", rearm: { scope, reason } }, { done: texts.did.rearm(name), asked: texts.asked.rearm(name) })
          }
        >
          {texts.rearm}
        </button>
      )}
    </div>
  );
}
