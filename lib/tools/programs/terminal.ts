/** What a terminal without a width is taken for. */
const USUAL_COLUMNS = 80;

/** Terminals whose width is known to be a guess. */
const unknownWidth = new WeakSet<NodeJS.WriteStream>();

/**
 * Gives a terminal of 0 columns (`script`, `docker run -t`, `ssh -tt` from CI) the usual width, now and after each
 * resize: whoever wraps or counts lines divides by it.
 */
export function neverWithoutColumns(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY) return;
  const { columns: first } = stream;
  let columns = 0;
  Object.defineProperty(stream, 'columns', {
    configurable: true,
    enumerable: true,
    get: () => columns || USUAL_COLUMNS,
    set: (value: number) => {
      columns = value;
      if (columns > 0) unknownWidth.delete(stream);
      else unknownWidth.add(stream);
    },
  });
  stream.columns = first;
}

/** @returns whether lines can change in place there: a terminal that says how wide it is. */
export const canRedraw = (stream: NodeJS.WriteStream): boolean => stream.isTTY && !unknownWidth.has(stream);
