import { STAGES } from '../../lib/stages/stages';
import { normalised, synthesise } from './templates';

describe.each(Object.entries(STAGES))('stage %s', (name, input) => {
  const stage = synthesise(name, input);

  test('cache stack', () => {
    expect(normalised(stage.cache)).toMatchSnapshot();
  });

  test('service stack', () => {
    expect(normalised(stage.service)).toMatchSnapshot();
  });
});
