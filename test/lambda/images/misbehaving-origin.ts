import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates } from '../../../lib/tools/engines/certificates';

/** One red pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
export const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 7)]);
export const WEBP = Buffer.concat([Buffer.from('RIFF\x10\x00\x00\x00WEBPVP8 ', 'latin1'), Buffer.alloc(100)]);
export const AVIF = Buffer.concat([Buffer.from('\x00\x00\x00\x20ftypavif', 'latin1'), Buffer.alloc(100)]);
/** As JPEG; the largest that may be passed on, and one byte more. */
export const LARGEST = Buffer.concat([JPEG, Buffer.alloc(512 * 1_024 - JPEG.length, 1)]);
const TOO_LARGE = Buffer.concat([LARGEST, Buffer.alloc(1)]);
const ENDLESS_CHUNK = Buffer.concat([JPEG, Buffer.alloc(64 * 1_024)]);

type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

const image =
  (type: string, bytes: Buffer): Behaviour =>
  (response) =>
    response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes);
const status =
  (code: number, headers = {}): Behaviour =>
  (response) =>
    response.writeHead(code, headers).end('<html>');
/** By hand, since Node.js sends no length that is a lie. */
const raw =
  (head: string, bytes: Buffer): Behaviour =>
  (response) => {
    response.socket?.write(`HTTP/1.1 200 OK\r\ncontent-type: image/jpeg\r\n${head}\r\n\r\n`);
    response.socket?.end(bytes);
  };

/**
 * An origin of photos that does everything that it must not, over HTTPS with a certificate of an authority of its own.
 */
export class MisbehavingOrigin {
  /** What was asked for, by its path. */
  readonly asked: string[] = [];
  /** How many bytes of an endless photo were sent. */
  sent = 0;
  readonly behaviours: Record<string, Behaviour | undefined> = {
    png: image('image/png', PNG),
    jpeg: image('image/jpeg; charset=binary', JPEG),
    webp: image('IMAGE/WEBP', WEBP),
    avif: image('image/avif', AVIF),
    largest: image('image/jpeg', LARGEST),
    'too-large': image('image/jpeg', TOO_LARGE),
    'too-large-chunked': (response) => response.writeHead(200, { 'content-type': 'image/jpeg' }).end(TOO_LARGE),
    endless: (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      const more = () => {
        while (!response.destroyed && response.write(ENDLESS_CHUNK)) this.sent += ENDLESS_CHUNK.length;
      };
      response.on('drain', more);
      more();
    },
    'length-too-short': raw(`content-length: ${JPEG.length - 1_000}`, JPEG),
    'length-too-long': raw(`content-length: ${JPEG.length + 1_000}`, JPEG),
    'cut-off': (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.write(JPEG, () => response.destroy());
    },
    html: image('text/html', Buffer.from('<script>')),
    svg: image('image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')),
    gif: image('image/gif', Buffer.from('GIF89a')),
    untyped: (response) => response.writeHead(200).end(JPEG),
    'html-as-jpeg': image('image/jpeg', Buffer.from('<html><script>alert(1)</script>')),
    'png-as-jpeg': image('image/jpeg', PNG),
    empty: image('image/jpeg', Buffer.alloc(0)),
    'not-found': status(404, { 'content-type': 'image/jpeg' }),
    gone: status(410),
    forbidden: status(403),
    'server-error': status(500, { 'content-type': 'image/jpeg' }),
    overloaded: status(429),
    silent: () => undefined,
    slow: (response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      const drop = setInterval(() => response.write(JPEG.subarray(0, 10)), 50);
      response.on('close', () => clearInterval(drop));
    },
    'sent-later': (response) => {
      setTimeout(() => image('image/png', PNG)(response, undefined as never), 300);
    },
    'hung-up': (response) => response.destroy(),
  };

  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly folder: string,
    readonly caFile: string,
    private readonly server: ReturnType<typeof createServer>,
  ) {
    // Those that were written to by hand are no longer the server's to close.
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.asked.push(request.url ?? '');
      const name = /^\/photos\/(?:[a-z]+\/)?([a-z-]+)/.exec(request.url ?? '')?.[1] ?? '';
      (this.behaviours[name] ?? status(404))(response, request);
    });
  }

  static async start(): Promise<MisbehavingOrigin> {
    const folder = mkdtempSync(path.join(tmpdir(), 'carfin-origin-'));
    const { caFile, certFile, keyFile } = await makeCertificates(folder);
    const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new MisbehavingOrigin(folder, caFile, server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Redirects to an address on the way to nowhere good. */
  redirectsTo(location: string): void {
    this.behaviours.redirect = status(302, { location });
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
    rmSync(this.folder, { recursive: true });
  }
}
