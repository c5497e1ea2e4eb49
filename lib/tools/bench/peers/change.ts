import { setPrice } from '../../example-data/vehicles-table';
import { measureTogether } from '../worker';
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
  const inputs = Array.from({ length: STORM_PROCESSES }, (): ChangeInput => ({ ...input, way }));
  const begun = async (ready: readonly unknown[], go: (after: Shown) => void) => {
    const [before] = ready as readonly Shown[];
    if (before === undefined) throw new Error(`${way} found nothing`);
    const after: Shown = { ...before, price: before.price + 1 };
    await setPrice(ownerUrl, after.vehicleId, after.price);
    go(after);
    await warmUp();
  };
  const results = await measureTogether<ChangeResult>('peers/change-worker.ts', inputs, begun);
  const agreed = results.map(({ agreedMs }) => agreedMs);
  return {
    changeAsked: results.reduce((sum, { asked }) => sum + asked, 0),
    changeStale: results.reduce((sum, { stale }) => sum + stale, 0),
    changeAgreedMs: agreed.some((ms) => ms === null) ? null : Math.max(...agreed.map(Number)),
  };
}
