import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Beside } from '../../local-stage/gateway';
import { cacheFolderForAnotherTerminal } from '../../engines/cache-folder';
import type { DrillPlayer } from '../drill/drill-player';
import type { FeedHub } from '../feeds/hub';
import { alarmPage } from '../pages/alarm-page';
import { nodePage } from '../pages/node-page';
import { EXIT, OperationError } from '../../ops/report/errors';
import type { About } from '../shown';
import { boardAssets } from './assets';
import { refusalOf, SECURITY_HEADERS } from './guard';
import { streamFeeds } from './stream';

export interface BoardOptions {
  hub: FeedHub;
  /** Whether the API answers beside the board. */
  tryIt?: boolean;
  /** What can be played: only a local run has one. */
  drills?: DrillPlayer;
}

/** Beside the API it answers `/` and everything below `/board/`; without one it answers everything. */
export function boardHandler(options: BoardOptions): Beside {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://board');
    const { pathname } = url;
    const own = pathname.startsWith('/board/') || pathname === '/';
    if (options.tryIt && !own) return false;
    answer(options, url, request, response).catch((error: unknown) => {
      const known = error instanceof OperationError;
      // What was asked for and isn't there, or what could not be asked.
      const status = known ? (error.exitCode === EXIT.usage ? 404 : 502) : 500;
      problem(response, status, (error as Error).message);
    });
    return true;
  };
}

/** For who asks npm start with curl. */
const inWords = () => `CarFin, npm start. In a browser this address is the board.
In words, in another terminal:
${[...cacheFolderForAnotherTerminal(), '  npm run ops -- status --local'].join('\n')}
The API: GET /v1/openapi.json, docs/api.md
`;

const isBrowser = ({ headers: { accept = '' } }: IncomingMessage) => accept.includes('text/html');

async function answer(
  options: BoardOptions,
  { pathname, searchParams }: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal !== undefined) {
    problem(response, refusal.status, refusal.detail);
    return;
  }
  const { method = '' } = request;
  const allowed = pathname.startsWith('/board/drill/') ? ['POST'] : ['GET', 'HEAD'];
  if (!allowed.includes(method)) {
    problem(response, 405, `${pathname} takes ${allowed.join(' and ')}.`, { allow: allowed.join(', ') });
    return;
  }
  if (options.tryIt && pathname === '/' && !isBrowser(request)) {
    send(response, 200, 'text/plain; charset=utf-8', Buffer.from(inWords()), method);
    return;
  }
  const asset = boardAssets().get(pathname);
  if (asset !== undefined) {
    send(response, 200, asset.type, asset.bytes, method);
    return;
  }
  const hub = searchParams.get('system') === 'drill' ? options.drills?.hub : options.hub;
  const name = searchParams.get('name') ?? '';
  if (hub === undefined) {
    problem(response, 404, 'No drill is under way.');
    return;
  }
  switch (pathname) {
    case '/board/about':
      json(response, aboutOf(options, hub));
      return;
    case '/board/feeds':
      streamFeeds(response, hub, options.drills);
      return;
    case '/board/alarm':
      json(response, await alarmPage(hub.system, name));
      return;
    case '/board/node':
      json(response, await nodePage(hub.system, name));
      return;
    case '/board/drill/play':
    case '/board/drill/heal':
    case '/board/drill/end':
      await changeDrill(response, options.drills, pathname, name);
      return;
    default:
      problem(response, 404, `The board has no ${pathname}.`);
  }
}

async function changeDrill(
  response: ServerResponse,
  desk: DrillPlayer | undefined,
  pathname: string,
  name: string,
): Promise<void> {
  if (desk === undefined) {
    problem(response, 404, 'Drills are played in the local run alone: npm start');
    return;
  }
  try {
    if (pathname.endsWith('play')) desk.play(name);
    else if (pathname.endsWith('heal')) desk.heal();
    else await desk.end();
  } catch (error) {
    problem(response, 409, (error as Error).message);
    return;
  }
  json(response, desk.state ?? null);
}

function aboutOf({ tryIt = false, drills }: BoardOptions, { system: { target, definition } }: FeedHub): About {
  return {
    stage: target.name,
    group: target.groupId,
    widgets: definition.widgets.map(({ widget }) => widget),
    tryIt,
    drills: drills?.list ?? [],
  };
}

function json(response: ServerResponse, value: unknown): void {
  send(response, 200, 'application/json', Buffer.from(JSON.stringify(value)));
}

function problem(response: ServerResponse, status: number, detail: string, headers: Record<string, string> = {}): void {
  const body = { type: 'about:blank', title: STATUS_CODES[status], status, detail };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  send(response, status, 'application/problem+json', Buffer.from(JSON.stringify(body)));
}

function send(response: ServerResponse, status: number, type: string, bytes: Buffer, method = 'GET'): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  response.writeHead(status, { ...SECURITY_HEADERS, 'content-type': type, 'content-length': bytes.length });
  response.end(method === 'HEAD' ? undefined : bytes);
}
