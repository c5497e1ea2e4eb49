import type { Command, ValkeyClient } from './client';
import type { RequestContext } from '../telemetry/request';

/** Commands under way at once: enough to keep every shard busy, few enough not to fill its buffers. */
const AT_ONCE = 24;

/**
 * Sends many commands, some at a time.
 * @throws ValkeyError for the first that fails: a catalogue is published whole or not at all.
 */
export async function sendAll<T>(
  valkey: ValkeyClient,
  request: RequestContext,
  commands: readonly Command<T>[],
): Promise<T[]> {
  const values: T[] = [];
  for (let i = 0; i < commands.length; i += AT_ONCE) {
    for (const outcome of await valkey.wave(request, commands.slice(i, i + AT_ONCE))) {
      if (!outcome.ok) throw outcome.error;
      values.push(outcome.value);
    }
  }
  return values;
}

/** Sends one command. @throws ValkeyError */
export async function send<T>(
  valkey: ValkeyClient,
  request: RequestContext,
  key: string,
  command: Command<T>['send'],
): Promise<T> {
  const [value] = await valkey.all(request, [{ key, send: command }]);
  return value;
}
