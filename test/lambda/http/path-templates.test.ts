import { pathTemplates } from '../../../lambda/http/path-templates';

const TEMPLATES = ['/v1/{proxy+}', '/v1/{kind}/new', '/v1/cars/{id}', '/v1/cars/new', '/v1/cars/{id}/{rest+}'];
const find = pathTemplates(TEMPLATES.map((each) => [each, each]));

test.each([
  ['/v1/cars/new', ['/v1/cars/new', '/v1/cars/{id}', '/v1/{kind}/new', '/v1/{proxy+}']],
  ['/v1/bikes/new', ['/v1/{kind}/new', '/v1/{proxy+}']],
  ['/v1/cars/7/photos/1', ['/v1/cars/{id}/{rest+}', '/v1/{proxy+}']],
  ['/v1/cars/new/v1/cars/new', ['/v1/cars/{id}/{rest+}', '/v1/{proxy+}']],
  ['/v1/anything', ['/v1/{proxy+}']],
])('of the templates that fit %s the most particular comes first', (path, expected) => {
  expect(find(path).map(({ value }) => value)).toStrictEqual(expected);
});

test.each(['/v1', '/v1/', '/V1/cars', '/v1cars', '', '/', 'v1/cars'])('nothing fits %j', (path) => {
  expect(find(path)).toStrictEqual([]);
});

test.each([
  ['/v1/cars/7', { id: '7' }],
  // A slash at the end is a part of what comes before it, or of nothing.
  ['/v1/cars/7/', { proxy: 'cars/7/' }],
  ['/v1/cars/7/a//b', { id: '7', rest: 'a//b' }],
  ['/v1/cars/a%2Fb', { id: 'a/b' }],
  ['/v1/cars/%25EC', { id: '%EC' }],
  ['/v1/cars/%EC%B0%A8', { id: '차' }],
  ['/v1/cars/100%', { id: '100%' }],
  ['/v1/cars/%zz%41', { id: '%zzA' }],
  ['/v1/cars/%ff', { id: '%ff' }],
  ['/v1/cars/a?b#c;d', { id: 'a?b#c;d' }],
  ['/v1/cars/__proto__', { id: '__proto__' }],
])('the parts of %s', (path, expected) => {
  expect(find(path)[0]?.parameters).toStrictEqual(expected);
});
