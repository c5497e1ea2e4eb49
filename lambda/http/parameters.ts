import * as z from 'zod';
import { lazily } from '../contract/lazily';

/** Parameters arrive as text. Each schema here takes the text, gives the value, and says its rule in one sentence. */

/** For the OpenAPI document: the type of the value, not of the text that carries it. */
function described(schema: Record<string, unknown>): (context: { jsonSchema: Record<string, unknown> }) => void {
  return ({ jsonSchema }) => {
    delete jsonSchema.pattern;
    delete jsonSchema.enum;
    Object.assign(jsonSchema, schema);
  };
}

/** A decimal integer without sign, leading zeros or exponent. */
export function integer(min: number, max: number, unit = ''): z.ZodType<number, string> {
  const rule = `must be an integer from ${min} to ${max}${unit === '' ? '' : ` (${unit})`}`;
  return z
    .string(rule)
    .regex(new RegExp(`^(0|[1-9]\\d{0,${String(max).length - 1}})$`), rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule)
    .meta({ override: described({ type: 'integer', minimum: min, maximum: max }) });
}

/** An {@link integer} that may be left out. */
export function integerOr(fallback: number, min: number, max: number): z.ZodType<number, string | undefined> {
  const override = described({ type: 'integer', minimum: min, maximum: max, default: fallback });
  return integer(min, max).default(fallback).meta({ override });
}

/** `true` or `false`, the latter if it is left out. */
export function flag(): z.ZodType<boolean, string | undefined> {
  return z
    .enum(['true', 'false'], 'must be true or false')
    .transform((value) => value === 'true')
    .default(false)
    .meta({ override: described({ type: 'boolean', default: false }) });
}

/** One of these texts, exactly. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

/**
 * Unicode's control characters (Cc), but line ends and tabs, and those; spelled out, because the patterns stand in the
 * OpenAPI document and not every reader of it knows `\p`.
 */
const CONTROLS = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f';
const LINES = '\\t\\n\\r';

/** Characters as people count them in JSON Schema: half of a surrogate pair is none. */
const hasAtMost = (most: number) => (text: string) => text.length <= most || Array.from(text).length <= most;

/** One line of so many characters. */
export function text(maxLength: number, minLength = 0): z.ZodString {
  const rule =
    `must be one line of text, ${minLength > 0 ? `${minLength} to` : 'at most'} ${maxLength} characters, without ` +
    'tabs and other control characters';
  return z
    .string(rule)
    .min(minLength, rule)
    .regex(new RegExp(`^[^${CONTROLS}${LINES}]*$`), rule)
    .refine(hasAtMost(maxLength), rule)
    .meta({ maxLength });
}

/** What somebody wants a car for, in free text; nothing in particular if it is empty. */
export const usage = (): z.ZodString => text(200);

/** An id of a person or a session; it becomes part of a key, so it holds neither braces nor colons. */
export function id(): z.ZodString {
  const rule =
    'must be text that matches [A-Za-z0-9._-]{1,64} and is neither . nor .., which clients take out of a path';
  return z.string(rule).regex(/^(?!\.\.?$)[A-Za-z0-9._-]{1,64}$/, rule);
}

/**
 * What people and agents write: lines of text that say something, without other control characters than line ends and
 * tabs.
 */
export const prose = (maxLength: number): z.ZodString =>
  saying(`${maxLength} characters`, hasAtMost(maxLength)).meta({ maxLength });

/** The same where its size in bytes is what counts. */
export const proseOfBytes = (most: number): z.ZodString =>
  saying(`${most} bytes in UTF-8`, (text) => Buffer.byteLength(text) <= most);

function saying(most: string, fits: (text: string) => boolean): z.ZodString {
  const rule =
    `must be text of 1 to ${most}, not of white space alone, ` + 'without control characters but line ends and tabs';
  // Spaces, one character that is none, and the rest: each text can be read in one way, and without a look-ahead,
  // which what makes texts of a pattern can't follow.
  const pattern = new RegExp(`^[^${CONTROLS}\\S]*[^${CONTROLS}\\s][^${CONTROLS}]*$`);
  return z.string(rule).min(1, rule).regex(pattern, rule).refine(fits, rule);
}

/** How deep a JSON object of a client may be nested. */
const DEEPEST = 32;

/** Any JSON object, passed on as it is: a schema would drop a member named `__proto__` without a word. */
export function jsonObject(): z.ZodType<Record<string, unknown>> {
  const rule = `must be a JSON object, nested at most ${DEEPEST} deep`;
  return z
    .custom<Record<string, unknown>>(
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && isWithin(DEEPEST, value),
      rule,
    )
    .meta({ override: described({ type: 'object', additionalProperties: true }) });
}

function isWithin(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((each) => isWithin(levels - 1, each));
}

/** A version as an entity tag (RFC 9110): `"7"`, or without its quotes. */
export function entityTag(): z.ZodType<number, string> {
  const pattern = /^(?:"(?:0|[1-9]\d{0,14})"|(?:0|[1-9]\d{0,14}))$/;
  return z
    .string()
    .regex(pattern, 'must be one version, such as "7"')
    .transform((value) => Number(value.replaceAll('"', '')))
    .meta({ override: described({ type: 'string', pattern: pattern.source }) });
}

/** Every path of a person begins with it. */
export const userPath = lazily(() =>
  z.strictObject({
    userId: id().describe('The person’s id. The API trusts the caller to have authenticated the person.'),
  }),
);

/** What forgetting leaves. */
export const remains = lazily(() =>
  z
    .object({
      snapshotDays: z
        .number()
        .int()
        .describe('So long the daily snapshots keep what was there when they were taken; a restore forgets it again.'),
      auditDays: z
        .number()
        .int()
        .describe(
          'So long the audit log keeps, under a pseudonym, that the person was forgotten and what was done before.',
        ),
    })
    .describe('What stays, and how long: docs/privacy.md.'),
);

/** What every write about a person answers. */
export const durable = lazily(() =>
  z.boolean().describe('Whether a replica has confirmed; if not, a failover right now could undo it.'),
);
