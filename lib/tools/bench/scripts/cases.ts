import type { Redis } from 'iovalkey';
import { APPEND_CHAT } from '../../../../lambda/conversation/chat/chat-scripts';
import { LIMITS as CHAT } from '../../../../lambda/conversation/chat/message';
import {
  LEARN,
  READ_PREFERENCES,
  SET_PREFERENCES,
} from '../../../../lambda/conversation/preferences/preference-scripts';
import { KEEP } from '../../../../lambda/conversation/recommendations/recommendation-store';
import { LIMITS } from '../../../../lambda/conversation/sessions/limits';
import {
  CREATE_SESSION,
  FORGET_CREATIONS,
  REGISTER_SESSION,
  WRITE_SESSION,
} from '../../../../lambda/conversation/sessions/session-scripts';
import { BEGIN_WAIT } from '../../../../lambda/events/waits';
import { STORE_IMAGE } from '../../../../lambda/images/image-scripts';
import { FIELD_PAGE, FORGET } from '../../../../lambda/valkey/shared-scripts';
import { colliding } from './colliding';

/**
 * Every script whose work grows with what it meets, at the limits that the API allows (16 KiB in a body, 262,144 bytes
 * and 1,000 members in a session, 500 in a patch, 1,000 messages and 1 MiB in a chat, 256 weights, 128 photos,
 * 1,000 fields in a page of names, 1,000 environments of which 800 may wait). Texts that a caller chooses are those
 * that cost most (see colliding.ts). Others touch a fixed number of fields.
 */
export interface ScriptCase {
  script: keyof typeof SCRIPTS;
  /** Makes what the script meets; `size` is the limit, or half of it. @returns keys and arguments */
  prepare: (connection: Redis, size: number) => Promise<[keys: string[], args: (string | number)[]]>;
  limit: number;
}

/** By the names that they have where they are defined. */
export const SCRIPTS = {
  ...{ WRITE_SESSION, CREATE_SESSION, REGISTER_SESSION, FORGET_CREATIONS, APPEND_CHAT },
  ...{ LEARN, SET_PREFERENCES, READ_PREFERENCES, FORGET, KEEP, FIELD_PAGE, BEGIN_WAIT, STORE_IMAGE },
};

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const SESSION = ['a2a:{s}', 'a2a:{s}:events', 'a2a:{s}:requests'];
const RECORDING = {
  ttl: 1_800,
  life: 604_800,
  mostEvents: LIMITS.events,
  mostEventBytes: LIMITS.eventBytes,
  mostRequests: LIMITS.requests,
};
const write = (more: object) =>
  JSON.stringify({
    ...RECORDING,
    id: 'i',
    print: 'ab',
    type: 'agent',
    by: 'concierge',
    mostBytes: LIMITS.bytes,
    mostMembers: LIMITS.members,
    ...more,
  });

type Field = readonly [name: string, value: string];

async function session(connection: Redis, fields: readonly Field[]): Promise<void> {
  const bytes = fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  const all = [['version', '1'], ['startTime', String(Date.now())], ['bytes', String(bytes)], ...fields];
  for (let i = 0; i < all.length; i += 500) await connection.hset(SESSION[0] ?? '', ...all.slice(i, i + 500).flat());
  await connection.hset(SESSION[2] ?? '', 'eventBytes', 0);
}

export const SCRIPT_CASES: Readonly<Record<string, ScriptCase>> = {
  'a patch that removes objects with members': {
    script: 'WRITE_SESSION',
    limit: 480,
    prepare: async (connection, size) => {
      const objects = colliding(size, 'concierge/');
      await session(connection, [
        ['concierge', '{'],
        ...objects.map((name): Field => [name, '{']),
        ...objects.map((name): Field => [`${name}/a`, '1']),
      ]);
      return [
        SESSION,
        [write({}), '{}', 'object', 'concierge', '', ...objects.flatMap((name) => ['remove', name, ''])],
      ];
    },
  },
  'a patch that sets members and removes an object with many': {
    script: 'WRITE_SESSION',
    limit: 980,
    prepare: async (connection, size) => {
      await session(connection, [
        ...[['concierge', '{'] as const, ['concierge/x', '{'] as const],
        ...colliding(size, 'concierge/x/').map((name): Field => [name, '1']),
      ]);
      const set = Math.floor(size / 2);
      const [names, values] = [colliding(set, 'concierge/'), colliding(set, '"', '"')];
      const steps = names.flatMap((name, i) => ['set', name, values[i] ?? '']);
      return [SESSION, [write({}), '{}', 'object', 'concierge', '', 'remove', 'concierge/x', '', ...steps]];
    },
  },
  'a patch that removes at every depth': {
    script: 'WRITE_SESSION',
    limit: 900,
    prepare: async (connection, size) => {
      const deep = times(30, (i) => `concierge${'/a'.repeat(i)}`);
      await session(connection, [
        ...deep.map((name): Field => [name, '{']),
        ...deep.map((name): Field => [`${name}/x`, '{']),
        ...colliding(size, `${deep.at(-1) ?? ''}/x/`).map((name): Field => [name, '1']),
      ]);
      const steps = deep.flatMap((name) => ['object', name, '', 'remove', `${name}/x`, '']);
      return [SESSION, [write({}), '{}', ...steps]];
    },
  },
  'a patch of long names': {
    script: 'WRITE_SESSION',
    // 524,288 bytes of names: what a write may set and remove.
    limit: 500,
    prepare: async (connection, size) => {
      await session(connection, [['concierge', '{']]);
      const steps = colliding(size, `concierge/${'x'.repeat(990)}/`).flatMap((name) => ['remove', name, '']);
      return [SESSION, [write({}), '{}', 'object', 'concierge', '', ...steps]];
    },
  },
  'an event where the requests were evicted': {
    script: 'WRITE_SESSION',
    limit: 1_000,
    prepare: async (connection, size) => {
      await session(connection, []);
      await connection.del(SESSION[2] ?? '');
      const entry = ['type', 'needs', 'at', '1', 'by', '', 'data', 'x'.repeat(900), 'request'];
      const keys = colliding(size, 'id:').map((name) => name.slice('id:'.length));
      for (const [i, key] of keys.entries())
        await connection.xadd(SESSION[1] ?? '', `${i + 1}-0`, ...entry, `${key} 1:${'a'.repeat(16)}:`);
      await connection.hset(SESSION[0] ?? '', 'version', size);
      return [SESSION, [write({}), '{}']];
    },
  },
  'an event that pushes out small ones': {
    script: 'WRITE_SESSION',
    limit: 900,
    prepare: async (connection, size) => {
      await session(connection, []);
      const [, events = '', requests = ''] = SESSION;
      for (let i = 1; i <= size; i++) await connection.xadd(events, `${i}-0`, 'type', 'needs', 'data', '1');
      await connection.hset(SESSION[0] ?? '', 'version', size);
      await connection.hset(requests, 'eventBytes', 1_048_576 - 10);
      return [SESSION, [write({ after: 0, mostInAnswer: 100 }), 'x'.repeat(size * 14)]];
    },
  },
  'a session is created': {
    script: 'CREATE_SESSION',
    limit: 16,
    prepare: (_, size) =>
      Promise.resolve([SESSION, [write({}), '{}', ...times(size, (i) => [`f${i}`, 'x'.repeat(1_000)]).flat()]]),
  },
  'what began a thousand sessions is forgotten': {
    script: 'FORGET_CREATIONS',
    limit: 1_000,
    prepare: async (connection, size) => {
      const keys = colliding(size, 'user:{s}:creation:');
      for (const key of keys) await connection.set(key, '0 session 0123456789abcdef');
      const ids = keys.map((key) => key.slice('user:{s}:creation:'.length));
      await connection.zadd('user:{s}:creations', ...ids.flatMap((id) => [1, id]));
      return [
        ['user:{s}:creations', ...keys],
        [Date.now(), ...ids],
      ];
    },
  },
  'sessions that have ended leave their list': {
    script: 'REGISTER_SESSION',
    limit: 1_000,
    prepare: async (connection, size) => {
      await connection.zadd('user:{s}', ...times(size, (i) => [i, `session-${i}`]).flat());
      return [
        ['user:{s}', 'user:{s}:creation:k', 'user:{s}:creations'],
        ['new', 608_400, 3_600, 604_800_000, 1_000, 'ab', 'k', 0],
      ];
    },
  },
  'a chat whose ids were evicted': {
    script: 'APPEND_CHAT',
    limit: 999,
    prepare: async (connection, size) => {
      for (const name of colliding(size, 'id:'))
        await connection.xadd('chat:{s}', '*', 'id', name.slice('id:'.length), 'message', 'x'.repeat(1_000));
      return [
        ['chat:{s}', 'chat:{s}:ids'],
        [86_400, CHAT.messages, CHAT.bytes, 'new', '{}'],
      ];
    },
  },
  'messages that push out small ones': {
    script: 'APPEND_CHAT',
    limit: 50,
    prepare: async (connection, size) => {
      for (const [i, message] of colliding(20 * size, '{"content":"', '"}').entries())
        await connection.xadd('chat:{s}', '*', 'id', `m${i}`, 'message', message);
      await connection.hset('chat:{s}:ids', 'bytes', CHAT.bytes);
      return [
        ['chat:{s}', 'chat:{s}:ids'],
        [86_400, CHAT.messages, CHAT.bytes, ...times(size, (i) => [`n${i}`, 'x'.repeat(5_000)]).flat()],
      ];
    },
  },
  'signals, with an epoch that has passed': {
    script: 'LEARN',
    limit: 50,
    prepare: async (connection, size) => {
      await connection.hset(
        'pref:{s}',
        'epoch',
        1,
        'newest',
        times(size, (i) => `${'x'.repeat(60)}${i}`).join(' '),
        ...times(256, (i) => [`w:manufacturer:${i}`, 1_000_000 + i]).flat(),
      );
      const signals = times(size, (i) => ({
        id: `s${i}`,
        points: 5,
        fields: times(5, (f) => `w:fuel_type:${i}-${f}`),
      }));
      return [
        ['pref:{s}', 'pref:{s}:signals'],
        [JSON.stringify({ ttl: 604_800, mostInRequest: 50, mostSignals: 5_000, mostWeights: 256, signals })],
      ];
    },
  },
  'preferences are set': {
    script: 'SET_PREFERENCES',
    limit: 256,
    prepare: async (connection, size) => {
      await connection.hset('pref:{s}', ...times(size, (i) => [`w:manufacturer:${i}`, 1_000_000 + i]).flat());
      const weights = times(size, (i) => ({ field: `w:car_type:${i}`, points: 1 }));
      return [['pref:{s}', 'pref:{s}:signals'], [JSON.stringify({ ttl: 604_800, weights })]];
    },
  },
  'preferences are read': {
    script: 'READ_PREFERENCES',
    limit: 256,
    prepare: async (connection, size) => {
      await connection.hset('pref:{s}', ...times(size, (i) => [`w:manufacturer:${i}`, 1_000_000 + i]).flat());
      return [['pref:{s}'], []];
    },
  },
  'a session is forgotten': {
    script: 'FORGET',
    limit: 5_000,
    prepare: async (connection, size) => {
      await session(
        connection,
        times(size / 5, (i): Field => [`concierge/${i}`, 'x'.repeat(250)]),
      );
      const [, events = '', requests = ''] = SESSION;
      for (let i = 1; i <= size / 5; i++) await connection.xadd(events, `${i}-0`, 'data', 'x'.repeat(1_000));
      for (let i = 0; i < size; i += 500)
        await connection.hset(requests, ...times(500, (j) => [`id:${i + j}`, 'x'.repeat(400), `n:${i + j}`, i]).flat());
      return [SESSION, []];
    },
  },
  'a chat is forgotten': {
    script: 'FORGET',
    limit: 1_000,
    prepare: async (connection, size) => {
      for (let i = 0; i < size; i++)
        await connection.xadd('chat:{s}', '*', 'id', `m${i}`, 'message', 'x'.repeat(1_000));
      return [['chat:{s}', 'chat:{s}:ids'], []];
    },
  },
  'a recommendation is kept': {
    script: 'KEEP',
    limit: 20,
    prepare: async (connection, size) => {
      await connection.hset('rec:{s}', ...times(size - 1, (i) => [`q${i}`, 'x'.repeat(25_000)]).flat());
      await connection.hset('pref:{s}', 'version', 1);
      return [
        ['rec:{s}', 'pref:{s}'],
        [600, 20, 'q', 1, 'c', 'x'.repeat(25_000)],
      ];
    },
  },
  'a page of names of fields': {
    script: 'FIELD_PAGE',
    limit: 1_000,
    prepare: async (connection, size) => {
      const fields = times(6_000, (i) => [`listing-${i}`, 'x'.repeat(700)]);
      for (let i = 0; i < fields.length; i += 500)
        await connection.hset('listing:{s}', ...fields.slice(i, i + 500).flat());
      return [['listing:{s}'], ['0', size]];
    },
  },
  'a wait where all others were never given up': {
    script: 'BEGIN_WAIT',
    limit: 800,
    prepare: async (connection, size) => {
      const keys = ['waits:{all}', 'waits:{all}:session', 'waits:{all}:caller'];
      for (const key of keys) await connection.zadd(key, ...times(size, (i) => [i + 1, `wait-${i}`]).flat());
      return [keys, ['token', 7_000, 800, 4, 600]];
    },
  },
  'a photo makes room': {
    script: 'STORE_IMAGE',
    limit: 128,
    prepare: async (connection, size) => {
      const index = times(size, (i) => `4000 photo-${i}`);
      await connection.hset(
        'image:{s}',
        '*index',
        index.join('\n'),
        ...times(size, (i) => [`photo-${i}`, 'x'.repeat(3_000)]).flat(),
      );
      return [
        ['image:{s}', 'image:{s}:lease:p'],
        ['p', 'x'.repeat(500_000), 86_400, 86_400, 524_288, 128, 't'],
      ];
    },
  },
};
