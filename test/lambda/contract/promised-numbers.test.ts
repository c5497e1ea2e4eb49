import type { Cluster } from 'iovalkey';
import { TTL } from '../../../lambda/contract/keys';
import { LIMITS as CHAT } from '../../../lambda/conversation/chat/message';
import { EPOCH_MS, pointsOf } from '../../../lambda/conversation/preferences/decay';
import { LIMITS as SESSION } from '../../../lambda/conversation/sessions/limits';
import { Popularity } from '../../../lambda/search/popularity';

/**
 * The numbers of docs/keys.md and docs/api.md, written out: a test that takes the constant would follow a wrong one.
 */

test('keys live as long as the contract says, seconds', () => {
  expect({ ...TTL }).toMatchObject({
    search: 600,
    index: 86_400,
    listing: 86_400,
    popular: 10_800,
    session: 1_800,
    sessionLife: 7 * 86_400,
    sessionIndex: 608_400,
    chat: 86_400,
    preferences: 604_800,
    recommendation: 600,
    image: 86_400,
    noImage: 60,
    seen: 172_800,
  });
});

test('a session, a person and an answer hold no more than the pages say', () => {
  expect({ ...SESSION }).toMatchObject({
    bytes: 262_144,
    events: 1_000,
    eventBytes: 1_048_576,
    eventsInAnswer: 100,
    requests: 5_000,
    sessionsOfPerson: 1_000,
  });
});

test('a chat and a request hold no more than the pages say', () => {
  expect({ ...CHAT }).toMatchObject({
    contentBytes: 8_192,
    messageBytes: 16_384,
    messagesInRequest: 50,
    messages: 1_000,
    bytes: 1_048_576,
  });
});

test('a signal counts half after 30 days', () => {
  const day = 86_400_000;
  expect(EPOCH_MS).toBe(24 * 30 * day);
  expect([0, 30, 60].map((days) => pointsOf(8_000_000, 2, 2 * EPOCH_MS + days * day))).toEqual([8, 4, 2]);
});

test('what is asked more often counts more, by its number', () => {
  const popularity = new Popularity();
  for (const question of ['a', 'b', 'a', 'a', 'c', 'b']) popularity.count(question);
  const sent: unknown[][] = [];
  const cluster = {
    evalsha: (_: string, ...args: unknown[]) => Promise.resolve(sent.push(args)),
  } as unknown as Cluster;
  void popularity.take(Date.UTC(2026, 10, 25, 9))?.send(cluster);
  expect(sent).toEqual([[1, 'popular:2026-11-25T09', 10_800, 'a', 3, 'b', 2, 'c', 1]]);
  expect(popularity.take()).toBeUndefined();
});
