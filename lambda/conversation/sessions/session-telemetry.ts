import { METRICS } from '../../contract/metrics';
import { Problem } from '../../http/problem';
import { MetricUnit, type Emitter } from '../../telemetry/emitter';

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

  /** Counts a question and whether it was answered; one that the caller got wrong (4xx) is none. */
  async question<T>(answer: () => Promise<T>): Promise<T> {
    try {
      const answered = await answer();
      this.emitter.count(METRICS.questionsAsked);
      this.emitter.count(METRICS.questionsAnswered);
      return answered;
    } catch (error) {
      if (!(error instanceof Problem && error.status < 500)) this.emitter.count(METRICS.questionsAsked);
      throw error;
    }
  }

  /** A session has its n-th question. */
  reached(n: number): void {
    this.emitter.demand.sessionAsked(n);
  }

  /** @param n questions of the session. */
  completed(n: number): void {
    this.emitter.demand.sessionCompleted(n);
  }

  rated(score: number): void {
    this.emitter.record(METRICS.satisfactionScore, MetricUnit.NoUnit, score);
  }
}
