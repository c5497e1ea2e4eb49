import type { Figures } from '../../text/table';
import type { ColdFigures } from './figures';

const ms = (value: number) => `${value.toFixed(1)} ms`;

/** One row a bundle. */
export function coldTable(bundles: readonly ColdFigures[]): Figures {
  const bare = bundles.find(({ bundle }) => bundle === 'bare');
  const whole = ({ initMs, firstAnswerMs }: ColdFigures) => initMs + firstAnswerMs;
  return {
    head: [
      '',
      'bundle',
      'parsed at start',
      'init',
      'first answer',
      'from start to first answer',
      'against bare',
      'next answer',
    ],
    rows: bundles.map((each) => [
      each.bundle,
      `${Math.round(each.bytes / 1_000)} kB`,
      `${Math.round(each.atStart / 1_000)} kB`,
      ms(each.initMs),
      ms(each.firstAnswerMs),
      ms(whole(each)),
      bare === undefined ? '' : (whole(each) / whole(bare)).toFixed(2),
      ms(each.nextAnswerMs),
    ]),
  };
}

/** One row a package, one column a bundle; kB. */
export function contentsTable(bundles: readonly ColdFigures[]): Figures {
  const names = [...new Set(bundles.flatMap(({ contents }) => Object.keys(contents)))].filter(
    (name) => name !== 'others',
  );
  return {
    head: ['kB of the bundle', ...bundles.map(({ bundle }) => bundle)],
    rows: [...names, 'others'].map((name) => [
      name,
      ...bundles.map(({ contents }) => {
        const bytes = contents[name];
        return bytes === undefined ? '' : (bytes / 1_000).toFixed(0);
      }),
    ]),
  };
}
