/** The venue cannot be asked any more, or says what cannot be relied on: nothing is live until it has been compared again. */
export class LinkLost extends Error {
  override readonly name = "LinkLost";
}
