import type { Figures } from '../../text/table';
import type { LoadFigures, SizeFigures } from './figures';
import { thousands } from '../../text/thousands';

const known = (value: number | null, unit: string) => (value === null ? 'unknown' : `${thousands(value)} ${unit}`);

/** One column a size. */
export function sizeTable(sizes: readonly SizeFigures[]): Figures {
  const row = (what: string, value: (size: SizeFigures) => string) => [what, ...sizes.map(value)];
  return {
    head: ['', ...sizes.map(({ listings }) => `${thousands(listings)} listings`)],
    rows: [
      row('searchable', ({ searchable }) => thousands(searchable)),
      row('first warm-up', ({ warmUp }) => `${warmUp.seconds.toFixed(1)} s`),
      row('its memory, at most', ({ warmUp }) => known(warmUp.peakMiB, 'MiB')),
      row('written', ({ warmUp }) => `${warmUp.writtenMB} MB`),
      row('index', ({ index }) => `${index.MB} MB`),
      row('loading it', ({ index }) => `${index.loadMs} ms`),
      row('search: from start to ready', ({ index }) => `${index.startMs} ms`),
      row('search: memory', ({ index }) => known(index.searchMiB, 'MiB')),
      row('Valkey, all shards', ({ valkeyMB }) => `${thousands(valkeyMB)} MB`),
      row('a page in memory', ({ latencyUs }) => `${thousands(latencyUs.memory)} µs`),
      row('a stored answer', ({ latencyUs }) => `${thousands(latencyUs.hit)} µs`),
      row('a question never asked', ({ latencyUs }) => `${thousands(latencyUs.neverAsked)} µs`),
      row('one that few listings match', ({ latencyUs }) => `${thousands(latencyUs.rare)} µs`),
    ],
  };
}

/** One row a level. */
export function loadTable(levels: readonly LoadFigures[]): Figures {
  return {
    head: [
      'at once',
      'processes',
      'answers/s',
      'from another tier',
      'none in time',
      'median',
      'p99',
      'machine',
      'function, an answer',
      'Valkey, an answer',
      'limit',
    ],
    rows: levels.map((level) => [
      String(level.concurrency),
      String(level.processes),
      thousands(level.answersASecond),
      `${(level.elsewhere * 100).toFixed(1)} %`,
      `${(level.unanswered * 100).toFixed(1)} %`,
      `${(level.p50us / 1_000).toFixed(2)} ms`,
      `${(level.p99us / 1_000).toFixed(2)} ms`,
      `${Math.round(level.machineBusy * 100)} %`,
      `${level.functionUs} µs`,
      `${level.valkeyUs} µs`,
      level.limit,
    ]),
  };
}
