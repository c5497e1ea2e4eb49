import { prod } from '../../stages/prod';

/** The version of Valkey that production runs. */
export const PRODUCTION = prod.cache.engineVersion;

/** @returns the version beside production's, as every program and every result names it: `8.0.1 (production: 7.2)`. */
export function besideProduction(version: string, production: string = PRODUCTION): string {
  const same = version === production || version.startsWith(`${production}.`);
  return `${version} (${same ? 'as production' : `production: ${production}`})`;
}
