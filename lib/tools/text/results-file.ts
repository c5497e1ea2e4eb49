import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';

/** What a benchmark found, where and when: docs/results/<name>.json, from which pages are generated. */
export interface Results<Figures> {
  /** ISO 8601, UTC. */
  date: string;
  machine: string;
  versions: Record<string, string>;
  figures: Figures;
}

const fileOf = (name: string) => path.join(PROJECT_ROOT, 'docs/results', `${name}.json`);

/** @returns the path of the file, from the project's root. */
export function saveResults(name: string, figures: unknown, versions: Record<string, string>): string {
  const [processor] = cpus();
  const results: Results<unknown> = {
    date: new Date().toISOString().slice(0, 16) + 'Z',
    machine:
      `${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} ` +
      `GiB, ${platform()} ${release()} ${arch()}`,
    versions: { node: process.versions.node, ...versions },
    figures,
  };
  writeFileSync(fileOf(name), `${JSON.stringify(results, null, 2)}\n`);
  return path.relative(PROJECT_ROOT, fileOf(name));
}

/**
 * Writes other figures under the date, machine and versions that stand there.
 * @returns the path of the file, from the project's root.
 */
export function replaceFigures(name: string, figures: unknown): string {
  writeFileSync(fileOf(name), `${JSON.stringify({ ...readResults(name), figures }, null, 2)}\n`);
  return path.relative(PROJECT_ROOT, fileOf(name));
}

/** @throws Error if that benchmark was never saved. */
export function readResults<Figures>(name: string): Results<Figures> {
  if (!existsSync(fileOf(name))) {
    throw new Error(`docs/results/${name}.json is missing; the benchmark or drill of that name writes it with --save.`);
  }
  return JSON.parse(readFileSync(fileOf(name), 'utf8')) as Results<Figures>;
}
