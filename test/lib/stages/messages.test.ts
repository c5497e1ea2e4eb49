import { findCommand } from '../../../lib/stages/find-commands';
import { nearest, unseen } from '../../../lib/stages/messages';

test.each<[string, string[], string | undefined]>([
  ['shard', ['nodeType', 'shards'], 'shards'],
  ['SHARDS', ['nodeType', 'shards'], 'shards'],
  ['multiAs', ['multiAz', 'shards'], 'multiAz'],
  ['regoin', ['region'], 'region'],
  // At most two letters, or a third of the name.
  ['abc', ['ade'], 'ade'],
  ['abc', ['ad'], 'ad'],
  ['ab', ['abcd'], 'abcd'],
  ['abc', ['def'], undefined],
  ['abcdefghijkl', ['1234efghijkl'], '1234efghijkl'],
  ['abcdefghijkl', ['abcdefgh'], 'abcdefgh'],
  ['abcdefghijkl', ['12345fghijkl'], undefined],
  ['abcdefghijkl', ['abcdefghijkl12345'], undefined],
  ['abc', [], undefined],
])('of %s among %j %s was meant', (name, names, meant) => {
  expect(nearest(name, names)).toBe(meant);
});

test.each([
  ['carfin-prod ~', ''],
  ['', ''],
  ['a\tb', ', in which "\\t" is U+0009'],
  ['a\u007f', ', in which "\u007f" is U+007F'],
  ['a\u00a0b–', ', in which "\u00a0" is U+00A0'],
  ['🚗', ', in which "🚗" is U+1F697'],
])('of %j nobody sees%s', (text, told) => {
  expect(unseen(text)).toBe(told);
});

test('what finds the Region asks for none that is to be found', () => {
  expect(findCommand('region', {} as never)).toBe(
    'aws ec2 describe-regions --query "Regions[].RegionName" --region us-east-1',
  );
  expect(findCommand('network.vpcId', {} as never)).toContain('<database.instanceIdentifier> --query');
});
