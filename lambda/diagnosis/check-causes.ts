import type { CauseId } from '../contract/causes';
import type { Check } from '../doctor/check';

/** By the first word of Valkey's reply. */
const BY_REPLY: Readonly<Record<string, CauseId>> = {
  WRONGPASS: 'valkeyRefusesLogin',
  NOAUTH: 'valkeyRefusesLogin',
  NOPERM: 'valkeyForbids',
  LOADING: 'valkeyLoading',
  BUSY: 'valkeyBusy',
  OOM: 'memoryFull',
  READONLY: 'valkeyReadOnly',
  NOREPLICAS: 'valkeyReadOnly',
  MISCONF: 'valkeyReadOnly',
  CLUSTERDOWN: 'nodeDown',
};

/** By SQLSTATE (PostgreSQL documentation, appendix A). */
const BY_SQLSTATE: Readonly<Record<string, CauseId>> = {
  '28000': 'databaseRefusesLogin',
  '28P01': 'databaseRefusesLogin',
  '53300': 'databaseFull',
  '42501': 'tableChanged',
  '42703': 'tableChanged',
  '42P01': 'tableChanged',
};

/** Layers below which nobody has taken the connection yet. */
const BEFORE_CONNECTED = ['DNS', 'TCP'];

/** @returns what a check that failed speaks for; undefined of one that did not, and of the API. */
export function causeOfCheck({ system, outcome, layer, code = '' }: Check): CauseId | undefined {
  if (outcome !== 'failed' || system === 'API') return undefined;
  const silent = code === 'ETIMEDOUT' && !BEFORE_CONNECTED.includes(layer);
  if (system === 'database')
    return (
      BY_SQLSTATE[code] ??
      (silent ? 'databaseSilent' : layer === 'table' && code === '' ? 'tableChanged' : 'databaseUnreachable')
    );
  if (/CERT|ISSUER|SIGNATURE/.test(code)) return 'valkeyCertificate';
  if (layer === 'cluster' && code === '') return 'nodeDown';
  return BY_REPLY[code] ?? (silent ? 'valkeySilent' : 'valkeyUnreachable');
}
