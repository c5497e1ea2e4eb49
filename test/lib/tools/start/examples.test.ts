import { startGateway } from '../../../../lib/tools/local-stage/gateway';
import { showExamples, warm } from '../../../../lib/tools/start/examples';

test('every kind of search that is shown was asked before, and again: no figure is of a first time', async () => {
  const asked: Record<string, string>[] = [];
  const body = JSON.stringify({ sessionId: 'x', version: 1, total: 0, vehicles: [], events: [] });
  const { port, stop } = await startGateway(0, ({ path, queryStringParameters }) => {
    if (path === '/v1/vehicles/search') asked.push((queryStringParameters ?? {}) as Record<string, string>);
    return Promise.resolve({ statusCode: 200, body });
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await warm(url);
    const warmed = asked.splice(0).map((each) => JSON.stringify(each));
    await showExamples(url, () => undefined);
    const again = warmed.filter((each, i) => warmed.indexOf(each) < i).map(kindOf);
    const kinds = asked.map((each) => kindOf(JSON.stringify(each)));
    expect(kinds).toHaveLength(3);
    expect(kinds.filter((kind) => !again.includes(kind))).toStrictEqual([]);
  } finally {
    await stop();
  }
});

/** What a search asks for beside its budget. */
function kindOf(query: string): string {
  const { persona, usage, familyType } = JSON.parse(query) as Record<string, string>;
  return JSON.stringify({ persona, usage, familyType });
}
