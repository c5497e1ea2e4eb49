import * as z from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string())]);

/** A policy of IAM or of a resource, as far as it is looked at: who is allowed what. */
export const policyDocument = z.object({
  Statement: z.array(
    z.object({
      Effect: z.string(),
      Action: oneOrMore,
      Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]).optional(),
    }),
  ),
});

type Statement = z.output<typeof policyDocument>['Statement'][number];

/** @returns whether the statement allows an action of this form, to whomever. */
export function allows({ Effect, Action }: Statement, action: RegExp): boolean {
  return Effect === 'Allow' && [Action].flat().some((each) => action.test(each));
}
