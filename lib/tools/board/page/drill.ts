import type { About, DrillState } from '../shown';
import { byId, el, fill } from './dom';
import { ask } from './api';

const PHASES: Readonly<Record<DrillState['phase'], string>> = {
  starting: 'A second system is started; until it is well, about half a minute, this page shows the first',
  broken: 'Broken. See what fires, who feels it, and what to type',
  healing: 'Healing, as an operator would',
  healed: 'Healed. The alarms fall as their periods pass',
  failed: 'The drill failed',
};

/** What can be broken on purpose, and what is. */
export function showDrill({ drills }: About, state: DrillState | null): void {
  const container = byId('drill');
  container.hidden = drills.length === 0;
  container.dataset.phase = state?.phase ?? 'none';
  fill(container, state, () => (state === null ? offer(drills) : underWay(state)));
}

function offer(drills: About['drills']): HTMLElement[] {
  const what = el('span', { class: 'quiet' });
  const select = el('select', { id: 'drill-name' }, ...drills.map(({ name }) => el('option', { value: name }, name)));
  const describe = () => (what.textContent = `It ${drills.find(({ name }) => name === select.value)?.breaks ?? ''}.`);
  select.addEventListener('change', describe);
  select.value = drills.some(({ name }) => name === 'lose-valkey') ? 'lose-valkey' : (drills[0]?.name ?? '');
  describe();
  const play = el('button', { class: 'primary', onclick: () => act('play', select.value) }, 'Break it');
  return [el('label', { for: 'drill-name' }, 'Play a drill'), select, play, what];
}

function underWay({ name, phase, why }: DrillState): HTMLElement[] {
  return [
    el('b', {}, `Drill: ${name}`),
    el('span', { role: 'status' }, `${PHASES[phase]}${why === undefined ? '.' : `: ${why}`}`),
    el('span', { class: 'quiet' }, 'Its clock runs 150 times faster, and its commands name prod, as at night.'),
    ...(phase === 'broken' ? [el('button', { class: 'primary', onclick: () => act('heal', name) }, 'Heal')] : []),
    el('button', { onclick: () => act('end', name) }, 'End'),
  ];
}

function act(what: string, name: string): void {
  void ask(`/board/drill/${what}?name=${encodeURIComponent(name)}`, 'POST').catch((error: unknown) => {
    byId('drill').append(el('span', { class: 'unknown', role: 'alert' }, (error as Error).message));
  });
}
