import * as z from 'zod';
import { BUCKET_MIB } from '../../lambda/contract/images';
import { distinct, id, matching } from './aws-ids';
import { destinations } from './network-settings';

/** Whether a text is a regular expression. */
function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Photos of listings, from where they lie: the only part of a stage that reaches out of the VPC. */
export const images = z.strictObject({
  /** Where the photos lie. A name: what it leads to is checked at every connection, and must be public. */
  origin: matching(
    /^https:\/\/(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+(:\d{1,5})?$/,
    'must be an https origin with a DNS name, such as https://photos.carfin.kr: no path, no address',
  ),
  /** How the photo column becomes a path there; `{photo}` is the column without its first slash. */
  path: matching(
    /^\/[A-Za-z0-9._/-]*\{photo\}[A-Za-z0-9._/-]*(\?[A-Za-z0-9._=&%-]*)?$/,
    'must begin with / and hold {photo} once, such as /{photo}001.jpg',
  ),
  /** A regular expression for the whole of `{photo}`; nothing else is asked for. */
  photoPattern: z
    .string()
    .min(1)
    .max(200)
    .refine(compiles, 'must be a regular expression, such as carpicture\\d{2}/pic\\d{4}/\\d{1,10}_'),
  /** One for each availability zone, in their order: subnets whose route leads out through a NAT gateway. */
  subnetIds: distinct(id('subnet')).min(1, 'must name at least one'),
  /** What the function alone may reach on port 443: 0.0.0.0/0, unless the origin has addresses of its own. */
  destinations,
  /** What photos may take of Valkey's memory, in all shards together. */
  memoryMib: z
    .int()
    .min(BUCKET_MIB)
    .max(4_096)
    .multipleOf(BUCKET_MIB, `must be a multiple of ${BUCKET_MIB}`)
    .default(256),
});

export type ImageSettings = z.output<typeof images>;
