import type { Listing } from '../rules/listing';
import {
  BUDGET_BANDS,
  LAST_PAGE,
  LAST_QUESTION,
  MOST_MODELS,
  type Analytics,
  type AskedFor,
  type CarShown,
  type SessionStep,
} from '../contract/analytics';
import type { Question } from '../rules/question';

/** Kinds of questions between two lines. A line goes out after 100 searches at the latest, so this is only a guard. */
const MOST_KINDS = 200;

/**
 * Counts what people ask for, until the next line of metrics takes it along. A search costs a few counters; an answer
 * is read once a line, and only one of them: that is a fair sample, and exact while a process answers less than one
 * search a second.
 */
export class Demand {
  private askedFor = new Map<string, AskedFor>();
  private steps = new Map<number, SessionStep>();
  private answeredFrom = new Map<string, number>();
  private answers = 0;
  private sample: (() => readonly Listing[]) | undefined;

  /** @param catalogue the version in memory. @param listings gives those of the answer, if they are asked for. */
  answered(question: Question, catalogue: string | undefined, listings: () => readonly Listing[]): void {
    this.asked(question);
    const from = catalogue ?? 'none';
    this.answeredFrom.set(from, (this.answeredFrom.get(from) ?? 0) + 1);
    // Each answer of the line is kept with the same chance (a reservoir of one).
    if (Math.random() * ++this.answers < 1) this.sample = listings;
  }

  sessionBegan(): void {
    const step = this.step(0);
    step.reached++;
    step.stopped++;
  }

  /** @param n which question of its session. */
  sessionAsked(n: number): void {
    const step = this.step(n);
    step.reached++;
    step.stopped++;
    this.step(n - 1).stopped--;
  }

  /** @param n questions of the session. */
  sessionCompleted(n: number): void {
    const step = this.step(n);
    step.completed++;
    step.stopped--;
  }

  /** @returns what was counted since the last call; undefined if that is nothing. */
  take(): Partial<Analytics> | undefined {
    const { askedFor, steps, answeredFrom } = this;
    if (askedFor.size + steps.size === 0) return undefined;
    const carsShown = this.carsShown();
    this.askedFor = new Map();
    this.steps = new Map();
    this.answeredFrom = new Map();
    this.answers = 0;
    this.sample = undefined;
    return {
      ...(askedFor.size > 0 ? { askedFor: [...askedFor.values()] } : {}),
      ...(answeredFrom.size > 0
        ? { answeredFrom: [...answeredFrom].map(([catalogue, searches]) => ({ catalogue, searches })) }
        : {}),
      ...(carsShown.length > 0 ? { carsShown } : {}),
      ...(steps.size > 0 ? { sessionSteps: [...steps.values()] } : {}),
    };
  }

  private asked({ persona, usage, familyType, includeLease, budgetMax, offset, limit }: Question): void {
    const budgetUpTo = BUDGET_BANDS.find((end) => budgetMax <= end) ?? budgetMax;
    const page = Math.min(Math.floor(offset / limit) + 1, LAST_PAGE);
    const lease = includeLease ? 'lease' : 'nolease';
    const kind = `${persona}_${usage}_${familyType}_${lease}_${budgetUpTo}_${page}`;
    const known = this.askedFor.get(kind);
    if (known !== undefined) known.searches++;
    else if (this.askedFor.size < MOST_KINDS)
      this.askedFor.set(kind, { persona, usage, familyType, lease, budgetUpTo, page, searches: 1 });
  }

  private step(n: number): SessionStep {
    const question = Math.min(n, LAST_QUESTION);
    let step = this.steps.get(question);
    if (step === undefined) this.steps.set(question, (step = { question, reached: 0, stopped: 0, completed: 0 }));
    return step;
  }

  private carsShown(): CarShown[] {
    const cars = new Map<string, CarShown>();
    for (const { manufacturer, model } of this.listings()) {
      const key = `${manufacturer}\n${model}`;
      const car = cars.get(key);
      if (car !== undefined) car.listings += this.answers;
      else cars.set(key, { maker: manufacturer ?? '', model: model ?? '', listings: this.answers });
    }
    return [...cars.values()].sort((a, b) => b.listings - a.listings).slice(0, MOST_MODELS);
  }

  /**
   * Of the sample. An answer that can't be read is not shown in the figures; it must not fail the request that sends
   * them.
   */
  private listings(): readonly Listing[] {
    try {
      return this.sample?.() ?? [];
    } catch {
      return [];
    }
  }
}
