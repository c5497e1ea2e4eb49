import type { ShownNode, ShownNodes, Told } from '../shown';
import { openNode } from './detail';
import { byId, el, fill, unknown } from './dom';
import { number } from './format';

/** Each node with its role and what is known of it. */
export function showNodes(told: Told<ShownNodes>): void {
  const container = byId('node-cards');
  fill(container, { ...told, at: 0 }, () => {
    if (!told.known) return [unknown(told.why)];
    const { engine, cluster, pending, nodes } = told.value;
    return [
      el(
        'p',
        { class: 'quiet' },
        `${cluster}, ${engine}${pending.length > 0 ? `. Pending: ${pending.join('; ')}` : ''}`,
      ),
      el('div', { class: 'nodes' }, ...nodes.map(card)),
    ];
  });
}

function card({ id, role, zone, status, well, version, memory, cpu, connections, lag }: ShownNode): HTMLElement {
  return el(
    'button',
    { class: 'node', id: `node-${id}`, 'data-well': well, onclick: () => openNode(id) },
    el('span', { class: 'row' }, el('b', {}, id), el('span', { class: 'badge' }, role)),
    el('span', { class: 'status' }, well ? `✓ ${status}` : `✖ ${status}`),
    el(
      'span',
      { class: 'facts' },
      fact('memory', memory, '%'),
      fact('CPU', cpu, '%'),
      fact('connections', connections, ''),
      // A primary has none.
      role === 'replica' || lag !== null ? fact('lag', lag, 's') : undefined,
    ),
    el('span', { class: 'meta' }, `${zone} · ${version}`),
  );
}

const fact = (name: string, value: number | null, unit: string) =>
  el('span', {}, el('b', {}, value === null ? '–' : `${number(value)}${unit === '' ? '' : ` ${unit}`}`), ` ${name}`);
