import { METRICS } from '../contract/metrics';
import { MetricUnit, type Emitter } from '../telemetry/emitter';

/** The promises that sessions are measured by. */
export class SessionTelemetry {
  constructor(private readonly emitter: Emitter) {}

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

  answered(): void {
    this.emitter.count(METRICS.questionsAnswered);
  }

  rated(score: number): void {
    this.emitter.record(METRICS.satisfactionScore, MetricUnit.NoUnit, score);
  }
}
