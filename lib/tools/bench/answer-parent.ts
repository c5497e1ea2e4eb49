/** In the worker: measures what the parent sends, once, and ends. */
export function answerParent(work: (input: never) => Promise<unknown>): void {
  process.once('message', (input) => {
    work(input as never).then(
      (result) => process.send?.({ result }, () => process.exit(0)),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () =>
          process.exit(1),
        ),
    );
  });
}
