import type { Catalogue } from '../catalogue/current-catalogue';

/** How long after a change of the table a process went on answering from the catalogue before it. */
export class Freshness {
  private last: { catalogue: Catalogue; at: number } | undefined;

  /**
   * To be told of every answer that is made of a catalogue.
   * @param now ms since the epoch
   * @returns s from the change to the last answer that did not know it, once the first that does is given; undefined
   * otherwise, and if there was none or an operator went back.
   */
  answered(catalogue: Catalogue, now: number): number | undefined {
    const before = this.last;
    this.last = { catalogue, at: now };
    const { changedAt, publishedAt } = catalogue.manifest;
    if (before === undefined || changedAt === undefined) return undefined;
    if (before.catalogue === catalogue || publishedAt <= before.catalogue.manifest.publishedAt) return undefined;
    return before.at > changedAt ? (before.at - changedAt) / 1_000 : undefined;
  }
}
