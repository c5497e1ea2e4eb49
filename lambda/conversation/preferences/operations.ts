import * as z from 'zod';
import { lazily } from '../../contract/lazily';
import type { Operation } from '../../http/operation';
import { entityTag, id, text, durable, userPath } from '../../http/parameters';
import { ATTRIBUTES, PRICE_BANDS, VALUES } from './attributes';
import { LIMITS, SIGNAL_POINTS, SIGNAL_TYPES } from './signal';

/** From 2001 to 2286 ms since the epoch have 13 digits; fewer are seconds, more are a finer clock's. */
const EARLIEST_MS = 1_000_000_000_000;
const LATEST_MS = 9_999_999_999_999;
const atRule = 'must be an integer, ms since the epoch (13 digits)';
const value = () => text(LIMITS.valueLength).nullable().optional();
const whole = (min: number, max: number) => {
  const rule = `must be an integer from ${min} to ${max}, or null`;
  return z.int(rule).min(min, rule).max(max, rule).nullable().optional();
};

/** A listing as a search gave it will do: members that nothing is learned from are let through unseen. */
const vehicle = lazily(() =>
  z
    .looseObject(
      {
        manufacturer: value(),
        car_type: value(),
        fuel_type: value(),
        price: whole(0, 10_000_000).describe('만원.'),
        model_year: whole(1900, 2100),
        sell_type: value().describe('일반 unless given.'),
      },
      'must be an object such as a listing of a search',
    )
    .refine(
      (each) =>
        [each.manufacturer, each.car_type, each.fuel_type, each.price, each.model_year].some((one) => one != null),
      'must have at least one of manufacturer, car_type, fuel_type, price or model_year, not null',
    ),
);

const points = SIGNAL_TYPES.map((type) => `${type} ${SIGNAL_POINTS[type]}`).join(', ');

export const addSignals = {
  operationId: 'addSignals',
  method: 'POST',
  path: '/v1/users/{userId}/signals',
  summary: 'Tell what a person did with vehicles',
  description:
    `Each signal adds points (${points}) to the maker, type, fuel, price band and age of its vehicle; they count ` +
    'half after 30 days. A signal whose id is known already is not counted again. Preferences live for 7 days ' +
    'after the last write.',
  pathParameters: userPath,
  mostBodyBytes: LIMITS.bodyBytes,
  body: lazily(() =>
    z.strictObject({
      signals: z
        .array(
          z.strictObject({
            id: id().describe('Of the client’s choice; a signal that is sent again with it counts once.'),
            type: z.enum(SIGNAL_TYPES, `must be one of ${SIGNAL_TYPES.join(', ')}`),
            vehicle: vehicle().describe(
              'The listing, or what is known of it: at least one of the first five members below. An empty text, ' +
                'a price that is none (0, 9999 and the like) and that of a lease or rental teach nothing.',
            ),
            at: z
              .int(atRule)
              .min(EARLIEST_MS, atRule)
              .max(LATEST_MS, atRule)
              .optional()
              .describe('When it happened, ms since the epoch; now unless given, and never later than now.'),
          }),
          'must be a list of signals',
        )
        .min(1, 'must hold at least one signal')
        .max(LIMITS.signalsInRequest, `must hold at most ${LIMITS.signalsInRequest} signals`),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: 'Every signal of the request counts.',
      schema: z.object({
        applied: z.number().int().describe('Signals that are new.'),
        repeated: z.number().int().describe('Signals that were known already.'),
        version: z.number().int().describe('Of the preferences: when they last changed, ms; none is given twice.'),
        durable: durable(),
      }),
    },
  })),
} as const satisfies Operation;

const weightRule = `must be a number from -${LIMITS.points} to ${LIMITS.points}`;
const weightMembers = lazily(() =>
  z.strictObject({
    attribute: z.enum(ATTRIBUTES, `must be one of ${ATTRIBUTES.join(', ')}`),
    value: text(LIMITS.valueLength, 1).describe(
      `Of a price its band, by the lower end (만원): ${PRICE_BANDS.join(', ')}; of an age the years, 10 for 10 and more.`,
    ),
    weight: z
      .number(weightRule)
      .min(-LIMITS.points, weightRule)
      .max(LIMITS.points, weightRule)
      .describe('Points; below 0 the person dislikes it.'),
  }),
);
/** What a client may set: of price and age only what signals can teach. */
const settable = lazily(() =>
  weightMembers().superRefine(({ attribute, value }, context) => {
    const values = VALUES[attribute];
    if (values !== undefined && !values.includes(value))
      context.addIssue({ code: 'custom', path: ['value'], message: `must be one of ${values.join(', ')}` });
  }),
);

const preferencesSchema = lazily(() =>
  z
    .object({
      userId: z.string(),
      version: z
        .number()
        .int()
        .describe('When they last changed, ms; none is given twice. 0 if nothing is known of the person.'),
      signals: z.number().int().describe('Signals learned from.'),
      weights: z.array(weightMembers()).describe('Decayed to now, the strongest first.'),
      updatedAt: z
        .number()
        .int()
        .nullable()
        .describe('When the person was last heard of, also by a repeated signal; ms since the epoch.'),
      expiresInSeconds: z.number().int().describe('0 if nothing is known.'),
    })
    .meta({ id: 'Preferences' }),
);

export const getPreferences = {
  operationId: 'getPreferences',
  method: 'GET',
  path: '/v1/users/{userId}/preferences',
  summary: 'Read what was learned about a person',
  pathParameters: userPath,
  responses: lazily(() => ({
    200: {
      description: 'The preferences.',
      schema: preferencesSchema(),
      headers: { ETag: 'The version, for `If-Match`.' },
    },
  })),
} as const satisfies Operation;

export const putPreferences = {
  operationId: 'putPreferences',
  method: 'PUT',
  path: '/v1/users/{userId}/preferences',
  summary: 'Set what is known about a person',
  description: 'The weights given replace all that were learned; signals go on from there.',
  pathParameters: userPath,
  headers: lazily(() =>
    z.object({
      'if-match': entityTag().optional().describe('Set only if the preferences still have this version.'),
    }),
  ),
  mostBodyBytes: LIMITS.bodyBytes,
  body: lazily(() =>
    z.strictObject({
      weights: z
        .array(settable(), 'must be a list of weights')
        .max(LIMITS.weights, `must hold at most ${LIMITS.weights} weights`)
        .refine(
          (all) => new Set(all.map((each) => `${each.attribute}:${each.value}`)).size === all.length,
          'must name each value once',
        ),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: 'Set.',
      schema: z.object({
        version: z.number().int().describe('When they were set, ms; none is given twice.'),
        durable: durable(),
      }),
      headers: { ETag: 'The version, for `If-Match`.' },
    },
    412: { description: 'The preferences have another version than `If-Match` says.' },
  })),
} as const satisfies Operation;

export const PREFERENCE_OPERATIONS: readonly Operation[] = [addSignals, getPreferences, putPreferences];
