import { setPrice } from '../../example-data/vehicles-table';
import { startWorker, wordOf } from '../worker';
import type { ChangeInput, ChangeResult, Shown } from './change-worker';
import { STORM_PROCESSES, type PeerFigures } from './figures';
import type { PeerInput, WayName } from './ways';

/**
 * Raises the price of the listing that stands first, while several processes go on asking for it.
 * @param warmUp what this project does after a change; the peers have nothing like it.
 */
export async function change(
  way: WayName,
  input: PeerInput,
  ownerUrl: string,
  warmUp: () => Promise<unknown>,
): Promise<Pick<PeerFigures, 'changeAsked' | 'changeStale' | 'changeAgreedMs'>> {
  const workers = Array.from({ length: STORM_PROCESSES }, () => startWorker('peers/change-worker.ts'));
  try {
    const [before] = await Promise.all(
      workers.map((worker) => {
        worker.send({ ...input, way } satisfies ChangeInput);
        return wordOf<Shown>(worker);
      }),
    );
    if (before === undefined) throw new Error(`${way} found nothing`);
    const after: Shown = { ...before, price: before.price + 1 };
    await setPrice(ownerUrl, after.vehicleId, after.price);
    const finished = Promise.all(workers.map((worker) => wordOf<ChangeResult>(worker)));
    for (const worker of workers) worker.send(after);
    await warmUp();
    const results = await finished;
    const agreed = results.map(({ agreedMs }) => agreedMs);
    return {
      changeAsked: results.reduce((sum, { asked }) => sum + asked, 0),
      changeStale: results.reduce((sum, { stale }) => sum + stale, 0),
      changeAgreedMs: agreed.some((ms) => ms === null) ? null : Math.max(...agreed.map(Number)),
    };
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
  }
}
