import * as z from 'zod';

/** Letters of any script, digits, spaces and these signs (AWS, Tagging AWS resources, Tag naming limits). */
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+@-]*$/u;
/** AWS's limit for one resource. */
const MOST = 50;

/** Of every resource of the stage. What one service refuses ends the whole deploy, so the narrowest rules hold. */
export const tags = z
  .record(
    z
      .string()
      .min(1)
      .max(128)
      .regex(TEXT, 'must be a tag of letters, digits, spaces and _ . : / = + - @')
      .refine((key) => !/^aws:/i.test(key), 'must not begin with aws:, which AWS keeps for itself'),
    z.string().max(256).regex(TEXT, 'must be of letters, digits, spaces and _ . : / = + - @'),
  )
  .refine(
    (all) => new Set(Object.keys(all).map((key) => key.toLowerCase())).size === Object.keys(all).length,
    'must name each but once: IAM takes no two that differ in capitals alone',
  )
  .refine((all) => Object.keys(all).length <= MOST, `must be at most ${MOST}: a resource has no more`);
