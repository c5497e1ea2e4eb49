import type { APIGatewayProxyResult } from 'aws-lambda';
import { createImagesFunction, type ImagesFunction } from '../../../lambda/images/images-function';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';
import { get } from '../../support/engines';
import { MisbehavingOrigin } from './misbehaving-origin';

/** What the origin has where it is well, and where it is not, ms. */
const DEADLINE_MS = 60_000;
export const SHORT_DEADLINE_MS = 600;

export type Node = LocalCluster['nodes'][number];
type Answer = APIGatewayProxyResult & { headers: Record<string, string>; bytes: Buffer };

/** Valkey, an origin that misbehaves, and functions between the two. */
export class ImageLab {
  private readonly made: ImagesFunction[] = [];

  private constructor(
    readonly cluster: LocalCluster,
    readonly origin: MisbehavingOrigin,
  ) {}

  static async start(): Promise<ImageLab> {
    const [cluster, origin] = await Promise.all([LocalCluster.start(), MisbehavingOrigin.start()]);
    return new ImageLab(cluster, origin);
  }

  /** A function as a cold environment has it. */
  images(changes: Record<string, string> = {}, deadlineMs = DEADLINE_MS): ImagesFunction {
    const environment = {
      ...this.cluster.environment('images'),
      IMAGE_ORIGIN: `https://127.0.0.1:${this.origin.port}`,
      IMAGE_PATH: '/photos/{photo}_001.jpg',
      IMAGE_PHOTO_PATTERN: '(car/)?[a-z-]+\\d{0,3}',
      IMAGE_MEMORY_MIB: '8',
      IMAGE_LOCAL_CA_FILE: this.origin.caFile,
    };
    const each = createImagesFunction({ ...environment, ...changes }, deadlineMs);
    this.made.push(each);
    return each;
  }

  /** Every key of the cluster. */
  async keys(): Promise<string[]> {
    return ((await this.cluster.everywhere('KEYS', '*')) as string[][]).flat();
  }

  /** The bucket that holds a photo, and its node. @throws Error if there is none */
  async bucketOf(photo: string): Promise<{ bucket: string; node: Node }> {
    for (const node of this.cluster.nodes) {
      for (const bucket of (await node.ask('KEYS', 'image:*')) as string[])
        if (Number(await node.ask('HEXISTS', bucket, photo)) === 1) return { bucket, node };
    }
    throw new Error(`No bucket holds ${photo}`);
  }

  /** Between tests. */
  async clear(): Promise<void> {
    for (const each of this.made.splice(0)) each.close();
    this.origin.asked.length = 0;
    await this.cluster.flush();
  }

  async stop(): Promise<void> {
    await this.origin.stop();
    await this.cluster.stop();
  }
}

/** Asks as a browser's `<img>` does. */
export async function ask(
  { handler }: ImagesFunction,
  photo: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await handler({ ...get(`/v1/images/${photo}`), headers: { Accept: 'image/avif,*/*', ...headers } });
  const all = (answer.headers ?? {}) as Record<string, string>;
  return { ...answer, headers: all, bytes: Buffer.from(answer.body, answer.isBase64Encoded ? 'base64' : 'utf8') };
}
