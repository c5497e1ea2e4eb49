import { getRecommendations } from '../../../lambda/conversation/recommendations/operations';
import { searchVehicles } from '../../../lambda/search/search-vehicles';

const schemas = { searchVehicles: searchVehicles.query(), getRecommendations: getRecommendations.query() };

describe.each(Object.entries(schemas))('%s', (_, schema) => {
  test.each([
    ['a bad lowest price', { budgetMin: '2,500', budgetMax: '3200' }, ['budgetMin']],
    ['a lowest price beyond the range', { budgetMin: '1000001', budgetMax: '3200' }, ['budgetMin']],
    ['a missing lowest price', { budgetMax: '3200' }, ['budgetMin']],
    ['a bad highest price', { budgetMin: '2500', budgetMax: '-1' }, ['budgetMax']],
    ['both bad', { budgetMin: 'a', budgetMax: 'b' }, ['budgetMin', 'budgetMax']],
    ['ends the wrong way round', { budgetMin: '3200', budgetMax: '2500' }, ['budgetMax']],
    [
      'ends the wrong way round, and more',
      { budgetMin: '3200', budgetMax: '2500', persona: 'x' },
      ['persona', 'budgetMax'],
    ],
  ])('%s is one violation each, and nothing that only follows from it', (_what, query, names) => {
    const { error } = schema.safeParse(query);
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(names);
  });
});
