/**
 * A failure of the set-up that a person can act on: it names what is missing,
 * why that is so, and the one thing to do about it.
 */
export class SetupError extends Error {
  /** @param {{ what: string, why: string, doThis: string }} parts */
  constructor({ what, why, doThis }) {
    super(`${what}\n  Why: ${why}\n  Do:  ${doThis}`);
    this.name = "SetupError";
    this.what = what;
    this.why = why;
    this.doThis = doThis;
  }
}
