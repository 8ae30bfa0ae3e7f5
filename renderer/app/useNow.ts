import { useCallback, useSyncExternalStore } from "react";

/** The wall clock in milliseconds, cut to whole periods: the component renders again once a period. */
export function useNow(periodMs: number): number {
  const subscribe = useCallback(
    (notify: () => void) => {
      const timer = setInterval(notify, periodMs);
      return () => clearInterval(timer);
    },
    [periodMs],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / periodMs) * periodMs);
}
