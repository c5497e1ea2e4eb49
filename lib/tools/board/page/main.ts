import type { About, DrillState } from '../shown';
import { ask } from './api';
import { showAlarms, showHeadline } from './alarms';
import { DashboardView } from './dashboard';
import { showDemand } from './demand';
import { looking, openFromAddress } from './detail';
import { byId, el } from './dom';
import { showDrill } from './drill';
import { listen } from './feeds-client';
import { time } from './format';
import { showHappenings } from './happenings';
import { showNodes } from './nodes';
import { showPromises } from './promises';
import { searchForm } from './try-search';
import { conversationForm } from './try-conversation';

const SECTIONS = [
  ['promises', 'Promises'],
  ['try', 'Try it'],
  ['nodes', 'Nodes'],
  ['graphs', 'Traffic'],
  ['demand', 'Demand'],
] as const;

const { body: about } = await ask<About>('/board/about');
const whole = new URLSearchParams(location.search).get('view') === 'dashboard';
let dashboard = new DashboardView(about.widgets, whole);
let end = follow('main');

document.title = `${about.stage} · CarFin board`;
byId('stage').textContent = about.stage;
document.body.classList.toggle('only-dashboard', whole);
if (about.tryIt) {
  byId('try').hidden = false;
  byId('search').append(...searchForm());
  byId('conversation').append(...conversationForm());
}
byId('sections').append(
  ...SECTIONS.filter(([id]) => !byId(id).hidden).map(([id, name]) => el('a', { href: `#${id}` }, name)),
);
openFromAddress();

function follow(system: 'main' | 'drill'): () => void {
  return listen(system, {
    promises: (told) => {
      showPromises(told);
      byId('live').textContent = `${system === 'drill' ? 'drill' : 'live'} · ${time(told.at, true)}`;
    },
    alarms: (told) => {
      showHeadline(told);
      showAlarms(told);
      dashboard.showAlarms(told, about.group);
    },
    nodes: showNodes,
    happenings: showHappenings,
    graphs: (told) => dashboard.show(told),
    demand: showDemand,
    drill: changeDrill,
    live: (live) => {
      document.body.classList.toggle('away', !live);
      if (!live) byId('live').textContent = 'connection lost, trying again';
    },
  });
}

/** A drill has a system of its own: while it is played, that one is looked at. */
function changeDrill(state: DrillState | null): void {
  showDrill(about, state);
  const at = state?.watchable ? 'drill' : 'main';
  document.body.classList.toggle('drilling', at === 'drill');
  if (at === looking.at) return;
  looking.at = at;
  end();
  dashboard = new DashboardView(about.widgets, whole);
  end = follow(at);
}
