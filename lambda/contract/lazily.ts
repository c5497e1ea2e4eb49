/** Made when it is first asked for: a cold start makes no schema but those that it uses. */
export type Lazy<T> = () => T;

/** @returns what gives the same each time, made at the first. */
export function lazily<const T>(make: () => T): Lazy<T> {
  let made: { it: T } | undefined;
  return () => (made ??= { it: make() }).it;
}
