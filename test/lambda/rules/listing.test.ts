import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { contentHash, toJson, toListing } from '../../../lambda/rules/listing';

const ROW = [
  '7', '현대', '그랜저 IG', 2020, '2500', 30_000, '가솔린', '대형', '오토', null, '흰색', '경기', 'https://x/7', '/p/7_', 'encar',
  null, undefined, '20200131',
]; // prettier-ignore

test('an answer shows the 18 columns in this order, numbers as numbers, and what is NULL as null', () => {
  expect(toJson(toListing(ROW))).toBe(
    '{"vehicle_id":7,"manufacturer":"현대","model":"그랜저 IG","model_year":2020,"price":2500,"distance":30000,' +
      '"fuel_type":"가솔린","car_type":"대형","transmission":"오토","trim":null,"color_name":"흰색","location":"경기",' +
      '"detail_url":"https://x/7","photo":"/p/7_","platform":"encar","origin_price":null,"sell_type":null,' +
      '"first_registration_date":20200131}',
  );
});

test('a content hash is the CRC-32 of the JSON and the first four bytes of its SHA-256', () => {
  const json = Buffer.from('{"vehicle_id":7}');
  const hash = contentHash(json);
  expect(hash).toHaveLength(8);
  expect(hash.readUInt32BE(0)).toBe(crc32(json));
  expect(hash.subarray(4)).toEqual(createHash('sha256').update(json).digest().subarray(0, 4));
});

describe('the version of the rules', () => {
  /** @returns what it is where a module of the rules has another value. */
  function versionWith(file?: string, changed?: Readonly<Record<string, unknown>>): string {
    let version = '';
    jest.isolateModules(() => {
      if (file !== undefined) jest.doMock(file, () => ({ ...jest.requireActual<object>(file), ...changed }));
      version = jest.requireActual<typeof import('../../../lambda/rules/version')>(
        '../../../lambda/rules/version',
      ).RULES_VERSION;
      if (file !== undefined) jest.dontMock(file);
    });
    return version;
  }

  const other = { text: 'model', in: ['다른'] };

  test.each([
    ['listing', { COLUMNS: { vehicle_id: 'number' } }],
    ['always', { ALWAYS: other }],
    ['always', { SALE: other }],
    ['orders', { FAMILIES: { large: other } }],
    ['orders', { ORDERS: { newest: { keeps: other, rankings: [] } } }],
  ])('is another where %s has other %j: stored answers of the old ones are never served', (file, changed) => {
    const now = versionWith();
    expect(now).toMatch(/^[0-9a-f]{8}$/);
    expect(versionWith(`../../../lambda/rules/${file}`, changed)).not.toBe(now);
  });
});
