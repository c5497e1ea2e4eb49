import { preferenceKeys, recommendationKey, TTL } from '../../contract/keys';
import { FORGET } from '../../valkey/shared-scripts';
import type { RequestContext } from '../../telemetry/request';
import type { Command, ValkeyClient } from '../../valkey/client';
import { durableScript, plainScript } from '../../valkey/script';
import { ATTRIBUTES, valuesOf, type Attribute, type Described } from './attributes';
import { pointsOf } from './decay';
import { LEARN, READ_PREFERENCES, SET_PREFERENCES } from './preference-scripts';
import { LIMITS, SIGNAL_POINTS, type SignalType } from './signal';

/** One thing that a person did with a vehicle. */
export interface Signal {
  /** The client's. */
  id: string;
  type: SignalType;
  vehicle: Described;
  /** When it happened, ms since the epoch; when it arrives unless given, and never later. */
  at?: number | undefined;
}

/** What a value of an attribute is worth to a person. */
export interface Weight {
  attribute: Attribute;
  value: string;
  /** Points: above 0 the person likes it. */
  weight: number;
}

/** What is known about a person. A person of whom nothing is known has version 0. */
export interface Preferences {
  version: number;
  /** Signals learned from. */
  signals: number;
  /** Decayed to now, the strongest first. */
  weights: Weight[];
  /** ms since the epoch; null if nothing is known. */
  updatedAt: number | null;
  expiresInSeconds: number;
}

type SetResult = { outcome: 'set'; version: number; durable: boolean } | { outcome: 'changed'; version: number };

/**
 * What was learned about people. Every method throws a ValkeyError if it can't be known whether the work is done; all
 * can be repeated.
 */
export class PreferenceStore {
  constructor(private readonly valkey: ValkeyClient) {}

  async learn(
    userId: string,
    signals: readonly Signal[],
    request: RequestContext,
  ): Promise<{ applied: number; repeated: number; version: number; durable: boolean }> {
    const now = Date.now();
    const options = {
      ttl: TTL.preferences,
      mostInRequest: LIMITS.signalsInRequest,
      mostSignals: LIMITS.signals,
      mostWeights: LIMITS.weights,
      signals: signals.map(({ id, type, vehicle, at }) => ({
        id,
        at,
        points: SIGNAL_POINTS[type],
        fields: valuesOf(vehicle, Math.min(at ?? now, now)).map(([attribute, value]) => fieldOf(attribute, value)),
      })),
    };
    const [{ reply, durable }] = await this.valkey.all(request, [
      durableScript(LEARN, preferenceKeys(userId), [JSON.stringify(options)]),
    ]);
    const [applied, repeated, version] = reply;
    return { applied, repeated, version, durable };
  }

  /** @param ifMatch the version that the caller has seen; another one refuses the change. */
  async set(
    userId: string,
    weights: readonly Weight[],
    ifMatch: number | undefined,
    request: RequestContext,
  ): Promise<SetResult> {
    const fields = weights.map(({ attribute, value, weight }) => ({
      field: fieldOf(attribute, value),
      points: weight,
    }));
    const options = JSON.stringify({ ttl: TTL.preferences, ifMatch, weights: fields });
    const [{ reply, durable }] = await this.valkey.all(request, [
      durableScript(SET_PREFERENCES, preferenceKeys(userId), [options]),
    ]);
    const [outcome, version] = reply;
    return outcome === 'set' ? { outcome, version, durable } : { outcome, version };
  }

  async read(userId: string, request: RequestContext): Promise<Preferences> {
    const [preferences] = await this.valkey.all(request, [readPreferences(userId)]);
    return preferences;
  }

  /** With what was made of them. Done again it does nothing. @returns whether a replica has confirmed. */
  async remove(userId: string, request: RequestContext): Promise<boolean> {
    const keys = [...preferenceKeys(userId), recommendationKey(userId)] as const;
    const [{ durable }] = await this.valkey.all(request, [durableScript(FORGET, keys, [])]);
    return durable;
  }
}

/** What is known about a person, as one command of a wave. */
export function readPreferences(userId: string): Command<Preferences> {
  const [key] = preferenceKeys(userId);
  const script = plainScript(READ_PREFERENCES, [key], []);
  return { key, send: async (cluster) => toPreferences(...(await script.send(cluster))) };
}

const fieldOf = (attribute: Attribute, value: string) => `w:${attribute}:${value}`;

function toPreferences(now: number, seconds: number, flat: readonly string[]): Preferences {
  const fields = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i] ?? '', flat[i + 1] ?? '');
  const epoch = Number(fields.get('epoch'));
  const weights: Weight[] = [];
  for (const [field, kept] of fields) {
    const [mark, attribute = '', ...value] = field.split(':');
    if (mark !== 'w' || !(ATTRIBUTES as readonly string[]).includes(attribute)) continue;
    const points = Math.min(Math.max(pointsOf(Number(kept), epoch, now), -LIMITS.points), LIMITS.points);
    const weight = Math.round(points * 1_000) / 1_000;
    if (weight !== 0) weights.push({ attribute: attribute as Attribute, value: value.join(':'), weight });
  }
  return {
    version: Number(fields.get('version') ?? 0),
    signals: Number(fields.get('signals') ?? 0),
    weights: weights.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.value < b.value ? -1 : 1)),
    updatedAt: fields.has('updatedAt') ? Number(fields.get('updatedAt')) : null,
    expiresInSeconds: Math.max(0, seconds),
  };
}
