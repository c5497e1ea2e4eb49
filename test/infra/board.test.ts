import { defineBoard } from '../../lib/tools/board/definition/definition';
import { parseDashboard } from '../../lib/tools/board/definition/dashboard-body';
import { target } from '../lib/tools/ops/aws-stage';
import { prod } from '../support/stages';
import { dashboardBody, synthesise } from './templates';

test('the board draws the very widgets that the stage’s own template deploys', () => {
  const [deployed, drawn] = [
    parseDashboard(dashboardBody(synthesise('prod', prod))),
    defineBoard(target().shape).widgets,
  ];
  expect(drawn).toEqual(deployed);
  expect(drawn.filter(({ widget }) => widget.kind === 'graph').length).toBeGreaterThan(20);
  const lines = drawn.map(({ widget }) => ('lines' in widget ? widget.lines.length : 0));
  expect(drawn.map(({ sources }) => sources.length)).toEqual(lines);
});

test('a widget that the board cannot draw is an error and not a gap', () => {
  const body = { widgets: [{ type: 'log', x: 0, y: 0, width: 6, height: 6, properties: {} }] };
  expect(() => parseDashboard(JSON.stringify(body))).toThrow('a widget of the type "log"');
});
