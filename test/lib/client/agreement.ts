import type * as z from 'zod';
import type { Listing as TableListing } from '../../../lambda/rules/listing';
import type * as chat from '../../../lambda/conversation/chat/operations';
import type * as preferences from '../../../lambda/conversation/preferences/operations';
import type { getRecommendations } from '../../../lambda/conversation/recommendations/operations';
import type * as sessions from '../../../lambda/conversation/sessions/operations';
import type { forgetUser } from '../../../lambda/conversation/forgetting/forget-user';
import type { healthSchema } from '../../../lambda/search/get-health';
import type { searchAnswerSchema, searchParameters } from '../../../lambda/search/search-vehicles';
import type * as client from '../../../lib/client/types';

/**
 * Not for jest: the compiler is the test. Each line is an error where the client's types and the API's schemas differ.
 */
type Same<A, B> = [Whole<A>] extends [Whole<B>] ? ([Whole<B>] extends [Whole<A>] ? true : never) : never;
/** With every member that may be absent: one that a side lacks is a difference too, and changes no value. */
type Whole<T> = T extends readonly (infer E)[]
  ? Whole<E>[]
  : T extends object
    ? { [K in keyof T]-?: [undefined] extends [T[K]] ? [Whole<T[K]>] : Whole<T[K]> }
    : T;
type Answer<
  O extends { responses: () => object },
  S extends keyof ReturnType<O['responses']> = 200 & keyof ReturnType<O['responses']>,
> = ReturnType<O['responses']>[S] extends { schema: infer Schema extends z.ZodType } ? z.output<Schema> : never;

/** Parameters by their values: those with a default may be left out. */
type Values<P extends Record<string, z.ZodType>> = {
  [N in keyof P as undefined extends z.input<P[N]> ? never : N]: z.output<P[N]>;
} & { [N in keyof P as undefined extends z.input<P[N]> ? N : never]?: z.output<P[N]> | undefined };
type Parameters<O extends { query: () => z.ZodType }> = z.output<ReturnType<O['query']>>;
type Body<O extends { body: () => z.ZodType }> = z.output<ReturnType<O['body']>>;
type Given<O extends { body: () => z.ZodType }> = z.input<ReturnType<O['body']>>;

/** The schema of a listing is a record by column; the table's own type names each. */
type WithListings<T> = Omit<T, 'vehicles'> & { vehicles: TableListing[] };

export const agreements = {
  listing: true satisfies Same<client.Listing, TableListing>,
  searchParameters: true satisfies Same<client.SearchParameters, Values<ReturnType<typeof searchParameters>>>,
  searchAnswer: true satisfies Same<client.SearchAnswer, WithListings<z.output<ReturnType<typeof searchAnswerSchema>>>>,
  health: true satisfies Same<client.Health, z.output<ReturnType<typeof healthSchema>>>,
  newSession: true satisfies Same<
    Omit<client.NewSession, 'context'> & { context?: client.JsonObject },
    Body<typeof sessions.createSession>
  >,
  sessionCreated: true satisfies Same<client.SessionCreated, Answer<typeof sessions.createSession, 201>>,
  session: true satisfies Same<client.Session, Answer<typeof sessions.getSession>>,
  changedSearch: true satisfies Same<client.ChangedSearch | undefined, Given<typeof sessions.askQuestion>['needs']>,
  needs: true satisfies Same<{ needs: client.JsonObject[]; agent?: client.Agent }, Body<typeof sessions.addNeeds>>,
  questionAnswer: true satisfies Same<client.QuestionAnswer, WithListings<Answer<typeof sessions.askQuestion>>>,
  event: true satisfies Same<client.SessionEvent, z.output<ReturnType<typeof sessions.eventSchema>>>,
  needsWritten: true satisfies Same<client.SessionWritten, Answer<typeof sessions.addNeeds>>,
  agentWritten: true satisfies Same<client.SessionWritten, Answer<typeof sessions.updateAgent>>,
  rated: true satisfies Same<client.SessionWritten, Answer<typeof sessions.rateSession>>,
  completed: true satisfies Same<client.SessionWritten, Answer<typeof sessions.completeSession>>,
  events: true satisfies Same<client.SessionEvents, Answer<typeof sessions.getSessionEvents>>,
  eventParameters: true satisfies Same<{ after: number; waitMs: number }, Parameters<typeof sessions.getSessionEvents>>,
  chatWritten: true satisfies Same<client.ChatWritten, Answer<typeof chat.appendMessages>>,
  chat: true satisfies Same<Omit<client.Chat, 'messages'>, Omit<Answer<typeof chat.getChat>, 'messages'>>,
  chatPage: true satisfies Same<{ before?: string; limit: number }, Parameters<typeof chat.getChat>>,
  signal: true satisfies Same<client.Signal, Body<typeof preferences.addSignals>['signals'][number]>,
  signalsLearned: true satisfies Same<client.SignalsLearned, Answer<typeof preferences.addSignals>>,
  preferences: true satisfies Same<client.Preferences, Answer<typeof preferences.getPreferences>>,
  weights: true satisfies Same<client.Weight[], Body<typeof preferences.putPreferences>['weights']>,
  recommendations: true satisfies Same<
    Omit<client.Recommendations, 'recommendations'>,
    Omit<Answer<typeof getRecommendations>, 'recommendations'>
  >,
  forgotten: true satisfies Same<client.Forgotten, Answer<typeof forgetUser>>,
};
