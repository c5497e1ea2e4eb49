import * as z from 'zod';

/** An id that AWS gave, such as `vpc-…`; `command` finds it. */
export const id = (prefix: string, command: string) =>
  z
    .string()
    .regex(
      new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
      `must be an id such as ${prefix}-0a1b2c3d4e5f60718; find it with: ${command}`,
    );
/** An ARN of a service. */
export const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws[a-z-]*:${service}:`), `must be an ARN such as ${example}`);
