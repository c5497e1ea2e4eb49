import type { Fault, StoreFault } from './lab/fault';
import { ACCESS_FAULTS } from './plays/access';
import { CLIENT_FAULTS, CLOCK_FAULTS } from './plays/clients';
import { DATABASE_FAULTS } from './plays/database';
import { ENDING_FAULTS } from './plays/endings';
import { FLOOD_FAULTS } from './plays/flood';
import { IDLE_FAULTS } from './plays/idle';
import { NETWORK_FAULTS } from './plays/network';
import { FAILOVER_FAULTS, LOST_NODE_FAULTS, ONE_SHARD_FAULTS } from './plays/nodes';
import { RESHARDING_FAULTS, SERVER_STATE_FAULTS } from './plays/server-state';
import { VALUE_FAULTS } from './plays/values';

/** Those that ask for nothing but the stores. */
export const STORE_FAULTS: readonly StoreFault[] = [
  ...LOST_NODE_FAULTS,
  ...NETWORK_FAULTS,
  ...SERVER_STATE_FAULTS,
  ...ACCESS_FAULTS,
  ...VALUE_FAULTS,
  ...DATABASE_FAULTS,
  ...CLOCK_FAULTS,
];

/** Every fault, in the order in which they are played. */
export const FAULTS: readonly Fault[] = [
  ...STORE_FAULTS,
  ...FAILOVER_FAULTS,
  ...RESHARDING_FAULTS,
  ...FLOOD_FAULTS,
  ...CLIENT_FAULTS,
  ...IDLE_FAULTS,
  ...ENDING_FAULTS,
  ...ONE_SHARD_FAULTS,
];

/** @throws Error if a name is none of a fault's */
export function faultsNamed(names: readonly string[]): Fault[] {
  return names.map((name) => {
    const found = FAULTS.find((fault) => fault.name === name);
    if (found === undefined) {
      throw new Error(`There is no fault "${name}". These are: ${FAULTS.map((fault) => fault.name).join(', ')}`);
    }
    return found;
  });
}

/** @returns another part of the faults for each number, spread over all kinds; some consecutive numbers cover all. */
export function rotatingSample(turn: number, size: number): Fault[] {
  const turns = Math.ceil(FAULTS.length / size);
  return FAULTS.filter((_, i) => i % turns === turn % turns);
}
