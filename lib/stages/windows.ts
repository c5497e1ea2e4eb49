import { violation, type SettingViolation } from './violation';

const MINUTES_A_WEEK = 7 * 24 * 60;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The daily snapshot window must be an hour or more and must not fall into the weekly maintenance window. */
export function windowViolation(snapshot: string, maintenance: string): SettingViolation | undefined {
  const [start = '', end = ''] = snapshot.split('-');
  const snapshotMinutes = (clock(end) - clock(start) + 1_440) % 1_440;
  if (snapshotMinutes < 60) return violation('cache.snapshotWindow', 'must last at least 60 minutes', snapshot);
  const [from = '', to = ''] = maintenance.split('-');
  const maintenanceStart = weekMinute(from);
  const maintenanceMinutes = (weekMinute(to) - maintenanceStart + MINUTES_A_WEEK) % MINUTES_A_WEEK;
  if (maintenanceMinutes < 60)
    return violation('cache.maintenanceWindow', 'must last at least 60 minutes', maintenance);
  const overlap = DAYS.some((_, day) => {
    const snapshotStart = day * 1_440 + clock(start);
    const gap = (snapshotStart - maintenanceStart + MINUTES_A_WEEK) % MINUTES_A_WEEK;
    return gap < maintenanceMinutes || MINUTES_A_WEEK - gap < snapshotMinutes;
  });
  return overlap
    ? violation('cache.snapshotWindow', `must not overlap cache.maintenanceWindow (${maintenance})`, snapshot)
    : undefined;
}

function clock(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function weekMinute(text: string): number {
  return DAYS.indexOf(text.slice(0, 3)) * 1_440 + clock(text.slice(4));
}
