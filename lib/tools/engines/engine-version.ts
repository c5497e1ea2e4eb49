import { STAGES } from '../../stages/stages';

/**
 * @param production the version of the stage prod, if there is one.
 * @returns the version beside production's, as every program and every result names it: `8.0.1 (production: 7.2)`.
 */
export function besideProduction(version: string, production = STAGES.prod?.cache.engineVersion): string {
  if (production === undefined) return version;
  const same = version === production || version.startsWith(`${production}.`);
  return `${version} (${same ? 'as production' : `production: ${production}`})`;
}
