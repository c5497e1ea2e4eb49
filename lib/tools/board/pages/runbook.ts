import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import MarkdownIt from 'markdown-it';
import { PROJECT_ROOT } from '../../../constructs/functions/bundle';

/** HTML in the source stays text; a link with a scheme of its own making is not one. */
const markdown = new MarkdownIt({ html: false, linkify: false });
markdown.renderer.rules.heading_open = (tokens, i) => `<${lower(tokens[i]?.tag)}>`;
markdown.renderer.rules.heading_close = (tokens, i) => `</${lower(tokens[i]?.tag)}>`;
// The page is a part of another one: nothing of it leads away or loads something.
markdown.renderer.rules.link_open = () => '<span>';
markdown.renderer.rules.link_close = () => '</span>';
markdown.renderer.rules.image = (tokens, i) => markdown.utils.escapeHtml(tokens[i]?.content ?? '');

/** A page's first heading stands under the board's own. */
const lower = (tag = 'h1') => `h${Math.min(6, Number(tag.slice(1)) + 2)}`;

/** @returns the HTML of a text, without anything that its writer wrote as HTML. */
export function renderMarkdown(text: string): string {
  return markdown.render(text);
}

/**
 * @param slug of docs/runbooks.
 * @param option what commands name their stage by
 * @param node that its commands are typed for
 * @returns HTML; empty if there is no such page.
 */
export function renderRunbook(slug: string, option: string, node = '<node>'): string {
  const file = path.join(PROJECT_ROOT, 'docs/runbooks', `${slug}.md`);
  if (!/^[a-z-]+$/.test(slug) || !existsSync(file)) return '';
  // A deploy takes the name alone; the local system has none, and is never deployed.
  const [, stage = '<stage>'] = /^--stage (.+)$/.exec(option) ?? [];
  const text = readFileSync(file, 'utf8')
    .replaceAll('--stage <stage>', option)
    .replaceAll('<stage>', stage)
    .replaceAll('<node>', node);
  // Its title is the alarm's name, which stands above it.
  return renderMarkdown(text.replace(/^# .*\n/, ''));
}
