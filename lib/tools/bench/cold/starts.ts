import { rmSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { makeTemporaryFolder } from '../../engines/run-folder';
import { bundleModule, type Bundle } from '../../../constructs/functions/bundle';
import { LocalFunction } from '../../local-stage/local-function';
import { percentile } from '../bench-messages';
import type { ColdFigures } from './figures';

/** Bytes from which on a bundle's contents name a package; what is smaller is not worth a line. */
const NAMED = 10_000;

/** A bundle that is started again and again. */
export interface Candidate {
  name: string;
  /** From the project's root. */
  entry: string;
  environment: Record<string, string>;
  /** @returns an event that asks what was never asked, for each number. What answers no HTTP says no status. */
  event: (number: number) => unknown;
}

interface Start {
  initMs: number;
  firstAnswerMs: number;
  nextAnswerMs: number;
}

/** Starts each so many times, in turns, each time as a new process that answers two questions. */
export async function measureStarts(
  candidates: readonly Candidate[],
  rounds: number,
  execPath: string,
): Promise<ColdFigures[]> {
  const folder = makeTemporaryFolder('cold');
  try {
    const made = candidates.map((candidate, i) => {
      const own = path.join(folder, String(i));
      return { candidate, own, bundle: bundleModule(candidate.entry, own), starts: [] as Start[] };
    });
    for (let round = 0; round <= rounds; round++) {
      for (const { candidate, own, starts } of made) {
        const start = await startOnce(candidate, own, execPath, 2 * round);
        // The first only brings the files into the system's memory.
        if (round > 0) starts.push(start);
      }
    }
    return made.map(({ candidate, bundle, starts }) => {
      const median = (name: keyof Start) => {
        const middle = percentile(
          starts.map((start) => start[name]),
          0.5,
        );
        return Math.round(middle * 10) / 10;
      };
      return {
        bundle: candidate.name,
        bytes: bundle.size,
        atStart: bundle.atStart,
        initMs: median('initMs'),
        firstAnswerMs: median('firstAnswerMs'),
        nextAnswerMs: median('nextAnswerMs'),
        contents: largest(bundle),
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startOnce(
  { name, environment, event }: Candidate,
  folder: string,
  execPath: string,
  number: number,
): Promise<Start> {
  const began = performance.now();
  const local = await LocalFunction.start(folder, environment, { execPath });
  try {
    const ready = performance.now();
    const ask = async (which: number) => {
      const { statusCode = 200, body } = (await local.invoke(event(which))) as Partial<APIGatewayProxyResult>;
      if (statusCode !== 200) throw new Error(`${name} answered ${statusCode}: ${body}`);
      return performance.now();
    };
    const first = await ask(number);
    const next = await ask(number + 1);
    return { initMs: ready - began, firstAnswerMs: first - ready, nextAnswerMs: next - first };
  } finally {
    await local.stop();
  }
}

function largest({ contents }: Bundle): Record<string, number> {
  const sorted = Object.entries(contents).sort(([, a], [, b]) => b - a);
  const others = sorted.reduce((sum, [, bytes]) => sum + (bytes < NAMED ? bytes : 0), 0);
  return { ...Object.fromEntries(sorted.filter(([, bytes]) => bytes >= NAMED)), others };
}
