import { Document, isCollection, isMap, type Node } from 'yaml';

const WIDTH = 160;

/** YAML in which whatever fits on a line stands on one. */
export function snapshotText(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  flow(document.contents, 0);
  return document.toString({ lineWidth: WIDTH, minContentWidth: 0, flowCollectionPadding: true });
}

/** @param depth what the node's line begins with: its indentation. */
function flow(node: Node | null, depth: number): void {
  if (!isCollection(node)) return;
  if (depth > 0 && JSON.stringify(node.toJSON()).length < WIDTH - depth * 2) {
    node.flow = true;
    return;
  }
  for (const item of node.items)
    flow((isMap(node) ? (item as { value: Node | null }).value : item) as Node | null, depth + 1);
}
