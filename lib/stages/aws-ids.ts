import * as z from 'zod';

/** An id that AWS gave, such as `vpc-…`. */
export const id = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id of AWS such as ${prefix}-0a1b2c3d4e5f60718`);

/** A list in which nothing stands twice. @param keyOf what two of the same have in common */
export const distinct = <T extends z.ZodType>(item: T, keyOf: (value: z.output<T>) => unknown = (value) => value) =>
  z.array(item).refine((values) => new Set(values.map(keyOf)).size === values.length, 'must name each but once');

/** An ARN of a service. */
export const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:\\S+$`), `must be an ARN such as ${example}`);
