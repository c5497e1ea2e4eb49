/** What the page is made of. Text is always text: nothing here takes HTML. */

type Child = Node | string | undefined;
type Properties = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

/** An element with attributes, listeners (`onclick`) and children. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** A command: a line ends between its words, never in an option. */
export const code = (command: string, properties: Properties = {}) =>
  el('code', properties, ...command.split(' ').flatMap((word) => [el('span', { class: 'word' }, word), ' ']));

/** An element of a drawing. */
export function svg(
  tag: string,
  properties: Readonly<Record<string, string | number>>,
  ...children: Node[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** @throws Error if the page lacks it. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found;
}

/** Replaces the content only if it would look different: a screen reader and the focus are left alone. */
export function fill(container: HTMLElement, key: unknown, make: () => Child[]): void {
  const text = JSON.stringify(key);
  if (container.dataset.key === text) return;
  const focused = container.contains(document.activeElement) ? document.activeElement?.id : undefined;
  container.dataset.key = text;
  container.replaceChildren(...make().filter((child) => child !== undefined));
  if (focused) document.getElementById(focused)?.focus();
}

export const unknown = (why: string) => el('p', { class: 'unknown' }, `Not known: ${why}`);
