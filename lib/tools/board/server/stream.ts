import type { ServerResponse } from 'node:http';
import type { DrillPlayer } from '../drill/drill-player';
import type { FeedHub } from '../feeds/hub';
import { SECURITY_HEADERS } from './guard';

/** A page that reads slower than this is let go, bytes: it asks again and begins with the newest. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * Sends every feed as it comes, and what happens to a drill, until the page is closed (HTML standard, server-sent
 * events).
 */
export function streamFeeds(response: ServerResponse, hub: FeedHub, drills: DrillPlayer | undefined): void {
  response.writeHead(200, { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' });
  const send = (event: string, data: unknown) => {
    if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
    else response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  send('drill', drills?.state ?? null);
  const ends = [hub.subscribe(send), drills?.listen((state) => send('drill', state ?? null))];
  response.on('close', () => {
    for (const end of ends) end?.();
  });
}
