import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill } from '../../drills/drill';
import { DrillSystem } from '../../drills/drill-system';
import { DRILLS } from '../../drills/drills';
import type { AlarmDefinition } from '../../ops/alarms/definitions';
import { LocalTarget } from '../../ops/local/local-target';
import type { BoardDefinition } from '../definition/definition';
import { FeedHub } from '../feeds/hub';
import { DRILL_PACE } from '../feeds/system';
import type { DrillState, Happening } from '../shown';

/** So long it is shown well before it is broken, ms. */
const WELL_MS = 4_000;
/** A drill that nobody ends is ended, ms: its engines and its load use the machine. */
const LONGEST_MS = 600_000;

type Listener = (state: DrillState | undefined) => void;

/** Plays drills of `npm run drill` on a system of their own beside the one that is shown, one at a time. */
export class DrillPlayer {
  readonly list = Object.entries(DRILLS).map(([name, { breaks }]) => ({ name, breaks }));
  state: DrillState | undefined;
  /** The drill's own system, once it is there. */
  hub: FeedHub | undefined;
  private system: Promise<DrillSystem> | undefined;
  private readonly listeners = new Set<Listener>();
  private happened: Happening[] = [];
  private longest: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private ending = false;

  /** @param alarms that a stage of this shape would have. */
  constructor(
    private readonly alarms: readonly AlarmDefinition[],
    private readonly definition: BoardDefinition,
  ) {}

  /** Gets each change of the state. @returns what ends it */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @throws Error if there is no such drill, or one is under way. */
  play(name: string): void {
    const drill = DRILLS[name];
    if (drill === undefined || !Object.hasOwn(DRILLS, name))
      throw new Error(`There is no drill "${name}"; there are ${Object.keys(DRILLS).join(', ')}.`);
    if (this.ending) throw new Error('The last drill is being cleared away. Try again in some seconds.');
    if (this.state !== undefined) throw new Error(`The drill ${this.state.name} is under way; end it first.`);
    this.longest = setTimeout(() => void this.end(), LONGEST_MS);
    this.tell({ name, phase: 'starting', watchable: false });
    this.work = this.attempt(name, () => this.break(name, drill));
  }

  heal(): void {
    const { name = '', phase } = this.state ?? {};
    const drill = DRILLS[name];
    if (drill === undefined || phase !== 'broken') throw new Error('Nothing is broken.');
    this.tell({ name, phase: 'healing', watchable: true });
    this.work = this.attempt(name, async () => {
      const system = await this.system;
      if (system === undefined) return;
      await system.heal(drill);
      this.note(system, `${name}: healed, as an operator would`);
      this.tell({ name, phase: 'healed', watchable: true });
    });
  }

  async end(): Promise<void> {
    if (this.ending || this.state === undefined) return;
    this.ending = true;
    clearTimeout(this.longest);
    const { system, hub } = this;
    const { name, phase } = this.state;
    this.system = undefined;
    this.hub = undefined;
    hub?.stop();
    this.happened = [];
    this.tell(undefined);
    await this.work;
    const started = await system?.catch(() => undefined);
    // A drill that is not healed may have left something that goes on by itself.
    const drill = DRILLS[name];
    if (started !== undefined && drill !== undefined && phase === 'broken')
      await started.heal(drill).catch(() => undefined);
    await started?.stop();
    this.ending = false;
  }

  private async break(name: string, drill: Drill): Promise<void> {
    this.system = DrillSystem.start(this.alarms);
    const system = await this.system;
    if (this.isEnding()) return;
    const { facts, answers } = system.inside();
    const clock = () => system.telemetry.metrics.clock();
    this.hub = new FeedHub(
      {
        target: LocalTarget.within(facts, answers),
        definition: this.definition,
        typedFor: 'prod',
        clock,
        pace: DRILL_PACE,
      },
      () => this.happened,
    );
    this.tell({ name, phase: 'starting', watchable: true });
    await sleep(WELL_MS);
    if (this.isEnding()) return;
    this.note(system, `${name}: ${drill.breaks}`);
    await system.break(drill);
    this.tell({ name, phase: 'broken', watchable: true });
  }

  private async attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.state !== undefined)
        this.tell({ name, phase: 'failed', watchable: this.hub !== undefined, why: (error as Error).message });
    }
  }

  /** It may have begun to end while something was waited for. */
  private isEnding(): boolean {
    return this.ending;
  }

  private note({ telemetry }: DrillSystem, what: string): void {
    this.happened.push({ at: telemetry.metrics.clock(), kind: 'drill', what });
  }

  private tell(state: DrillState | undefined): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}
