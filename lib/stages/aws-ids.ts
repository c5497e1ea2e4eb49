import * as z from 'zod';

/** Text of a shape. @param rule says it to people */
export const matching = (shape: RegExp, rule: string) => z.string().regex(shape, rule);

/** An account's id. */
export const account = matching(/^\d{12}$/, 'must be 12 digits');

/** An id that AWS gave, such as `vpc-…`. */
export const id = (prefix: string) =>
  matching(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `must be an id of AWS such as ${prefix}-0a1b2c3d4e5f60718`);

/** A list in which nothing stands twice. @param keyOf what two of the same have in common */
export const distinct = <T extends z.ZodType>(item: T, keyOf: (value: z.output<T>) => unknown = (value) => value) =>
  z.array(item).refine((values) => new Set(values.map(keyOf)).size === values.length, 'must name each but once');

/** What an ARN names, by its service: all that stands behind the account. */
const RESOURCES = {
  secretsmanager: { pattern: 'secret:[\\w/+=.@-]+', example: 'secret:name-AbCdEf' },
  acm: { pattern: 'certificate/[\\w-]+', example: 'certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' },
} as const;

/**
 * An ARN of a service, whole: what is cut off or added would be refused only in the middle of a deploy.
 * @param note follows the example
 */
export function arn(service: keyof typeof RESOURCES, note = '') {
  const { pattern, example } = RESOURCES[service];
  return matching(
    new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]+:\\d{12}:${pattern}$`),
    `must be an ARN such as arn:aws:${service}:ap-northeast-2:123456789012:${example}${note}`,
  );
}

export const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
export const PRINCIPAL_RULE =
  'must be the ARN of one role or user, such as arn:aws:iam::123456789012:role/name: no account (:root), ' +
  'wildcard, group, policy or session';

/** Who may do something: one role or user. */
export const principal = matching(PRINCIPAL, PRINCIPAL_RULE);
