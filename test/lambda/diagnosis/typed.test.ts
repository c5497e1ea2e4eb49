import { RULES } from '../../../lambda/diagnosis/rules';
import { typed } from '../../../lambda/diagnosis/typed';

test.each([
  ['alarm X: npm run ops -- diagnose X', 'prod', 'alarm X: npm run ops -- diagnose X --stage prod'],
  ['Look: npm run ops -- status', 'local', 'Look: npm run ops -- status --local'],
  [
    'First: npm run ops -- diagnose X --stage local. Runbook',
    'local',
    'First: npm run ops -- diagnose X --local. Runbook',
  ],
  [
    'First: npm run ops -- diagnose X --stage prod. Runbook',
    'prod',
    'First: npm run ops -- diagnose X --stage prod. Runbook',
  ],
  [
    'kept: npm run ops -- catalogue show\nnext line',
    'prod',
    'kept: npm run ops -- catalogue show --stage prod\nnext line',
  ],
  ['(npm run ops -- doctor) says', 'dev', '(npm run ops -- doctor --stage dev) says'],
  ['npm run ops -- <command>', 'prod', 'npm run ops -- <command>'],
])('%s can be typed for %s', (text, target, result) => {
  expect(typed(text, target)).toBe(result);
});

const commands = Object.values(RULES).flatMap(({ next = [] }) =>
  typeof next === 'function' ? next({ firing: [], causes: [], recent: {}, asked: { metrics: true } }) : next,
);

test.each(commands)('%s, which is typed next, gets the stage behind its last word', (command) => {
  expect(typed(command, 'prod')).toBe(`${command} --stage prod`);
});
