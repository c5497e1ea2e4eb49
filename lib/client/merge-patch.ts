import type { JsonObject } from './types';

/**
 * @returns the JSON Merge Patch (RFC 7396) that turns one object into another. null in `wanted` means absent, as it
 * does in a merge patch.
 */
export function patchTo(wanted: JsonObject, current: JsonObject): JsonObject {
  // Without a prototype, `__proto__` is a name like any other.
  const patch = Object.create(null) as JsonObject;
  for (const name of Object.keys(current)) if (!Object.hasOwn(wanted, name)) patch[name] = null;
  for (const [name, value] of Object.entries(wanted)) {
    const before = Object.hasOwn(current, name) ? current[name] : undefined;
    if (isJsonObject(value) && isJsonObject(before)) patch[name] = patchTo(value, before);
    else if (value !== before) patch[name] = value ?? null;
  }
  return patch;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
