import { METRICS } from '../contract/metrics';
import { MetricUnit, type Emitter } from '../telemetry/emitter';

/** The promises that sessions are measured by, and how far sessions go. */
export class SessionTelemetry {
  constructor(private readonly emitter: Emitter) {}

  began(): void {
    this.emitter.demand.sessionBegan();
  }

  found(): void {
    this.emitter.count(METRICS.sessionsFound);
  }

  /** Not there, although it was written within its life. */
  missing(): void {
    this.emitter.count(METRICS.sessionsMissing);
  }

  asked(): void {
    this.emitter.count(METRICS.questionsAsked);
  }

  /** A session has its n-th question. */
  reached(n: number): void {
    this.emitter.demand.sessionAsked(n);
  }

  answered(): void {
    this.emitter.count(METRICS.questionsAnswered);
  }

  /** @param n questions of the session. */
  completed(n: number): void {
    this.emitter.demand.sessionCompleted(n);
  }

  rated(score: number): void {
    this.emitter.record(METRICS.satisfactionScore, MetricUnit.NoUnit, score);
  }
}
