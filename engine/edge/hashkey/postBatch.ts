/** What this needs of a thread's port. */
type Port = { postMessage(messages: readonly unknown[]): void };

/**
 * What is said to another thread within a turn goes over as one message: to wake the thread costs more than most of what it is told. `later`
 * says when the turn is over.
 */
export class PostBatch<Message> {
  readonly #port: Port;
  readonly #later: (deed: () => void) => void;
  #waiting: Message[] = [];

  constructor(port: Port, later: (deed: () => void) => void) {
    this.#port = port;
    this.#later = later;
  }

  post(message: Message): void {
    this.#waiting.push(message);
    if (this.#waiting.length === 1) this.#later(() => this.flush());
  }

  /** Posts what waits, now. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const messages = this.#waiting;
    this.#waiting = [];
    this.#port.postMessage(messages);
  }
}
