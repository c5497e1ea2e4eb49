import { seenKey, tombstoneKey, TTL } from '../contract/keys';
import type { PeopleKey } from '../contract/people-key';
import { PERSONAL_DATA } from '../contract/personal-data';
import type { RequestContext } from '../telemetry/request';
import { sendAll } from '../valkey/bulk';
import type { Command, ValkeyClient } from '../valkey/client';
import { plainScript } from '../valkey/script';
import { eachPage, unlink } from './key-pages';
import { BURY_AGAIN } from './lever-scripts';
import type { Forgotten, ForgottenAgain } from './request';

/** What stands before the id in the keys that name a person. Sessions name none, and are hidden by the tombstone. */
const BEFORE_ID = PERSONAL_DATA.flatMap(({ keys }) => keys)
  .filter((key) => key.includes('<userId>'))
  .map((key) => key.split('<userId>', 1)[0] ?? '');
/** Before the pseudonym, in what is kept of a chat alone. */
const MARK = seenKey('chat', '');

/**
 * Forgets people again after a snapshot was restored. Tombstones first, so that no session of theirs can be read; then
 * every key that names them. Their sessions end 30 minutes after their last write, and are removed by whoever asks for
 * them.
 * @throws ValkeyError
 */
export async function forgetAgain(
  valkey: ValkeyClient,
  request: RequestContext,
  people: PeopleKey,
  { forgotten, pull }: { forgotten: readonly Forgotten[]; pull: boolean },
): Promise<ForgottenAgain> {
  const all = forgotten.filter(({ what }) => what === 'all');
  const [whole, any] = [all, forgotten].map((each) => new Set(each.map(({ person }) => person)));
  const isTheirs = (key: string) => {
    if (key.startsWith(MARK)) return any?.has(key.slice(MARK.length)) === true;
    const person = personIn(key);
    if (person === undefined) return false;
    return (key.startsWith('chat:') ? any : whole)?.has(people.pseudonym('person', person)) === true;
  };
  if (pull) await sendAll(valkey, request, all.map(tombstone));
  let [found, removed] = [0, 0];
  const unfinished = await eachPage(valkey, request, '', async (keys) => {
    const theirs = keys.filter(isTheirs);
    found += theirs.length;
    if (pull) removed += await unlink(valkey, request, theirs);
  });
  return { asked: forgotten.length, found, removed, unfinished };
}

/** The later of two tombstones counts: who was forgotten after this removal stays forgotten since then. */
function tombstone({ person, at }: Forgotten): Command<unknown> {
  return plainScript(BURY_AGAIN, [tombstoneKey(person)], [at, TTL.sessionIndex]);
}

/** @returns the id in a key that names a person. */
function personIn(key: string): string | undefined {
  const before = BEFORE_ID.find((each) => key.startsWith(each));
  return before === undefined ? undefined : key.slice(before.length).split('}', 1)[0];
}
