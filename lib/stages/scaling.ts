import { definitionOf, type FunctionName, type ScaledFunctionName } from '../../lambda/contract/functions';
import type { StageSettings } from './settings';

/** @returns the shards that a cluster may grow to. */
export function mostShards({ shards, autoScaling }: StageSettings['cache']): number {
  return autoScaling?.maxShards ?? shards;
}

/** @returns how many environments of a function may run at once, and how many are kept warm. */
export function scalingOf(name: FunctionName, settings: StageSettings): { most: number; alwaysWarm: number } {
  const { environments } = definitionOf(name);
  if (environments === 'stage') return settings.concurrency[name as ScaledFunctionName];
  return { most: environments, alwaysWarm: 0 };
}
