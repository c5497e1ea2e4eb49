import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { mockClient } from 'aws-sdk-client-mock';
import { writeAuditLines } from '../../../lambda/audit/audit-writer';
import { sealedLine, type AuditLine } from '../../../lambda/contract/audit';
import { PeopleKey } from '../../../lambda/contract/people-key';

const key = new PeopleKey('k'.repeat(64));
const client = mockClient(CloudWatchLogsClient);
const line = (action: string, at: number): AuditLine => ({
  at,
  caller: 'arn:aws:sts::1:assumed-role/a/b',
  action,
  request: 'r',
  status: 200,
  person: key.pseudonym('person', 'kim'),
});
const batch = (messages: string[], messageType = 'DATA_MESSAGE') => {
  const logEvents = messages.map((message, i) => ({ id: String(i), timestamp: i, message }));
  const text = JSON.stringify({
    messageType,
    logEvents,
    logGroup: 'g',
    logStream: 's',
    owner: '1',
    subscriptionFilters: [],
  });
  return { awslogs: { data: gzipSync(text).toString('base64') } };
};
const write = (event: ReturnType<typeof batch>, with_ = key) =>
  writeAuditLines(event, { logs: new CloudWatchLogsClient(), key: with_, logGroupName: '/carfin/x/audit' });
const sent = () => client.commandCalls(PutLogEventsCommand).map(({ args: [{ input }] }) => input);

beforeEach(() => {
  client.reset();
  client.on(PutLogEventsCommand).resolves({});
});

test('lines are opened, ordered by time and written to the audit log; removals again, without the asker', async () => {
  const lines = [line('getChat', 3), line('forgetUser', 2)];
  expect(await write(batch([...lines.map((each) => sealedLine(each, key)), '{"level":"INFO"}', 'START']))).toBe(2);
  const [all, forgotten] = sent();
  expect([all?.logGroupName, all?.logStreamName, forgotten?.logStreamName]).toEqual([
    '/carfin/x/audit',
    'audit',
    'forgotten',
  ]);
  expect(all?.logEvents?.map(({ timestamp, message = '' }) => [timestamp, JSON.parse(message) as unknown])).toEqual([
    [2, lines[1]],
    [3, lines[0]],
  ]);
  expect(forgotten?.logEvents?.map(({ message = '' }) => JSON.parse(message) as unknown)).toEqual([
    { ...lines[1], caller: '', request: '' },
  ]);
});

test('no line is lost without a word: one of another key, a refusal and a failure all fail the run', async () => {
  const sealed = batch([sealedLine(line('getChat', 1), key)]);
  await expect(write(sealed, new PeopleKey('x'.repeat(64)))).rejects.toThrow('sealed with another key');
  client.on(PutLogEventsCommand).resolves({ rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 } });
  await expect(write(sealed)).rejects.toThrow('tooOldLogEventEndIndex');
  client.on(PutLogEventsCommand).rejects(new Error('away'));
  await expect(write(sealed)).rejects.toThrow('away');
});

test('a batch is split where CloudWatch takes no more, and its own question is no batch', async () => {
  const messages = Array.from({ length: 10_001 }, (_, i) => sealedLine(line('getChat', i), key));
  expect(await write(batch(messages))).toBe(10_001);
  const sizes = sent().map(({ logEvents = [] }) =>
    logEvents.reduce((sum, { message = '' }) => sum + Buffer.byteLength(message) + 26, 0),
  );
  expect(sizes.length).toBeGreaterThan(1);
  for (const size of sizes) expect(size).toBeLessThanOrEqual(1_048_576);
  expect(sent().flatMap(({ logEvents = [] }) => logEvents)).toHaveLength(10_001);
  client.resetHistory();
  expect(await write(batch([], 'CONTROL_MESSAGE'))).toBe(0);
  expect(sent()).toStrictEqual([]);
});
