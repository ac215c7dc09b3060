// A stream of one snapshot and then numbered changes. A missing number means a lost change: it starts over.
type Revised = { kind: 'snapshot' | 'diff'; rev: number };

export class RevisedStream<Update extends Revised> {
  readonly #open: (receive: (update: Update) => void) => Promise<number>;
  readonly #close: (subscription: number) => Promise<void>;
  readonly #apply: (update: Update) => void;
  /** Counts subscriptions, so that what an abandoned one still sends is told apart. */
  #turn = 0;
  #rev: number | undefined;
  #subscription: Promise<number> | undefined;

  constructor(
    open: (receive: (update: Update) => void) => Promise<number>,
    close: (subscription: number) => Promise<void>,
    apply: (update: Update) => void,
  ) {
    this.#open = open;
    this.#close = close;
    this.#apply = apply;
  }

  /** Subscribes; calling it again asks for a new snapshot. */
  async start(): Promise<void> {
    this.stop();
    const turn = this.#turn;
    this.#subscription = this.#open((update) => {
      if (turn === this.#turn) this.#receive(update);
    });
    await this.#subscription;
  }

  stop(): void {
    this.#turn += 1;
    this.#rev = undefined;
    const ending = this.#subscription;
    this.#subscription = undefined;
    // Nothing hangs on the end of an abandoned subscription: its updates are ignored from here on.
    ending?.then((subscription) => this.#close(subscription)).catch(() => undefined);
  }

  #receive(update: Update): void {
    if (update.kind === 'diff' && update.rev !== (this.#rev ?? Number.NaN) + 1) {
      this.start().catch(() => undefined);
      return;
    }
    this.#rev = update.rev;
    this.#apply(update);
  }
}
