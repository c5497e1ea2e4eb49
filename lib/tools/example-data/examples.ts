import { thousands } from '../text/thousands';

/** What `npm start` shows once it is ready: real requests, real answers, and how long they took. */

interface Listing {
  manufacturer: string;
  model: string;
  price: number;
}

interface Shown {
  status: number;
  headers: Headers;
  body: { sessionId: string; n: number; version: number; durable: boolean; total: number; vehicles: Listing[] };
  ms: string;
}

/** Three questions: one that the warm-up has answered, one that nobody has asked, and the same again. */
export async function showSearches(url: string): Promise<void> {
  const neverAsked = '/v1/vehicles/search?budgetMin=2470&budgetMax=3330&usage=캠핑&familyType=large';
  const examples = ['/v1/vehicles/search?budgetMin=2500&budgetMax=3200&persona=working_mom', neverAsked, neverAsked];
  for (const path of examples) {
    const { status, headers, body, ms } = await ask(url + path);
    console.log(`\n  curl '${url}${path}'`);
    console.log(
      `    ${status}, X-Cache: ${headers.get('x-cache') ?? '-'}, ${ms} ms (${headers.get('server-timing') ?? ''})`,
    );
    console.log(`    ${matches(body)}`);
  }
}

/** A conversation of three questions, as the three agents hold it. */
export async function showConversation(url: string): Promise<void> {
  const begun = await ask(`${url}/v1/sessions`, 'POST', { userId: 'kim', question: '아이와 탈 차를 찾아요' });
  const session = `/v1/sessions/${begun.body.sessionId}`;
  console.log(`\n  A conversation of three questions: curl '${url}${session}'`);
  const questions = [
    ['예산은 2500에서 3200이에요', { budgetMin: 2500, budgetMax: 3200, persona: 'working_mom' }],
    ['아, 골프도 치는데...', { persona: 'large_family_dad' }],
    ['조금 더 써도 괜찮아요', { budgetMax: 4000 }],
  ] as const;
  for (const [question, needs] of questions) {
    const { body, ms, headers } = await ask(`${url}${session}/questions`, 'POST', { question, needs });
    console.log(`    ${body.n}. "${question}" ${JSON.stringify(needs)}`);
    console.log(
      `       ${ms} ms, X-Cache: ${headers.get('x-cache') ?? '-'}, version ${body.version}: ${matches(body)}`,
    );
  }
}

async function ask(url: string, method = 'GET', body?: unknown): Promise<Shown> {
  const start = performance.now();
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const answer = (await response.json()) as Shown['body'];
  return {
    status: response.status,
    headers: response.headers,
    body: answer,
    ms: (performance.now() - start).toFixed(1),
  };
}

function matches({ total, vehicles: [best] }: Shown['body']): string {
  const first = best && `; first: ${best.manufacturer} ${best.model}, ${thousands(best.price)}만원`;
  return `${thousands(total)} matches${first ?? ''}`;
}
