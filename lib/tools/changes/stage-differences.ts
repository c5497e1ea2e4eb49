import { isDeepStrictEqual } from 'node:util';
import type { CompactTemplate } from './compact-template';

/** How a stage's stack differs from that of another stage. `null` stands for a property that it has not. */
export interface Differences {
  added: CompactTemplate;
  removed: string[];
  changed: CompactTemplate;
}

/** @returns what makes `base` into `other`. */
export function differences(base: CompactTemplate, other: CompactTemplate): Differences {
  const result: Differences = { added: {}, removed: [], changed: {} };
  for (const [type, byId] of Object.entries(other))
    for (const [id, properties] of Object.entries(byId)) {
      const before = base[type]?.[id];
      if (before === undefined) (result.added[type] ??= {})[id] = properties;
      else if (!isDeepStrictEqual(before, properties)) {
        const names = [...new Set([...Object.keys(before), ...Object.keys(properties)])];
        const changed = names.filter((name) => !isDeepStrictEqual(before[name], properties[name]));
        (result.changed[type] ??= {})[id] = Object.fromEntries(changed.map((name) => [name, properties[name] ?? null]));
      }
    }
  result.removed = Object.entries(base).flatMap(([type, byId]) =>
    Object.keys(byId).filter((id) => other[type]?.[id] === undefined),
  );
  return result;
}

/** @returns `base` with the differences applied: the other stage's stack again. */
export function applied(base: CompactTemplate, { added, removed, changed }: Differences): CompactTemplate {
  const result: CompactTemplate = {};
  for (const [type, byId] of Object.entries(base))
    for (const [id, properties] of Object.entries(byId)) {
      if (removed.includes(id)) continue;
      const merged = Object.entries({ ...properties, ...changed[type]?.[id] }).filter(([, value]) => value !== null);
      (result[type] ??= {})[id] = Object.fromEntries(merged);
    }
  for (const [type, byId] of Object.entries(added)) result[type] = { ...result[type], ...byId };
  return result;
}
