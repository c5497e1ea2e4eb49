import { readdirSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { renderMarkdown, renderRunbook } from '../../../../lib/tools/board/pages/runbook';

const TAGS = /^(h[3-6]|p|ul|ol|li|code|pre|strong|em|span|table|thead|tbody|tr|th|td|br|blockquote|hr)$/;

/** Every tag of some HTML, and whether any has an attribute that is not a list's start or a code's class. */
function tagsOf(html: string): { names: string[]; attributes: string[] } {
  const tags = [...html.matchAll(/<\/?([a-z0-9]+)([^>]*)>/gi)];
  return {
    names: tags.map(([, name = '']) => name),
    attributes: tags.map(([, , rest = '']) => rest.trim()).filter((rest) => rest !== '' && rest !== '/'),
  };
}

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[link](javascript:alert(1))',
  '[link](https://evil.example)',
  '![photo](https://evil.example/x.png)',
  '<https://evil.example>',
  '# <b onclick=x>title</b>',
  '`<script>`',
  '<svg><use href=data:x></svg>',
  '| a |\n|---|\n| <iframe src=x> |',
  '<!-- --><style>*{}</style>',
])('HTML and addresses in %j stay text', (text) => {
  const { names, attributes } = tagsOf(renderMarkdown(text));
  expect(names.filter((name) => !TAGS.test(name))).toStrictEqual([]);
  expect(attributes).toStrictEqual([]);
});

const pages = readdirSync(path.join(PROJECT_ROOT, 'docs/runbooks')).filter((file) => file !== 'README.md');

test.each(pages)('%s is rendered with its commands made for the stage', (file) => {
  const html = renderRunbook(file.replace('.md', ''), '--stage prod');
  expect(html).toContain('<h4>Check</h4>');
  expect(html).not.toContain('&lt;stage&gt;');
  expect(tagsOf(html).names.filter((name) => !TAGS.test(name))).toStrictEqual([]);
});

test('commands of a node’s alarm name a node of the stage', () => {
  const html = renderRunbook('connections', '--stage prod', 'carfin-prod-0001-001');
  expect(html).toContain('--dimensions Name=CacheClusterId,Value=carfin-prod-0001-001');
});

test.each(['../operations', 'nothing', '', '/etc/passwd', 'README'])('there is no page %j', (slug) => {
  expect(renderRunbook(slug, '')).toBe('');
});
