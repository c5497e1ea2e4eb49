/** A request so often, ms: with the searches of {@link Load}, one in four requests is about a session. */
const EVERY_MS = 100;

/** Sessions of people who talk while something is broken. Only the drills about conversations begin some. */
export class Conversations {
  private sessions: string[] = [];
  private turn = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly url: string) {}

  /** Begins so many sessions. @throws Error if one can't be begun: nothing should be broken yet. */
  async begin(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      const answer = await this.post('/v1/sessions', { userId: `drill-${i}`, question: '?' });
      if (answer.status !== 201) throw new Error(`A session could not be begun: status ${answer.status}`);
      this.sessions.push(((await answer.json()) as { sessionId: string }).sessionId);
    }
  }

  /** Each person in turn asks the next question. */
  ask(): void {
    const body = { question: '?', needs: { budgetMin: 2_500, budgetMax: 3_200 } };
    this.repeat((id) => this.post(`/v1/sessions/${id}/questions`, body));
  }

  /** Each person in turn comes back to what was said. */
  read(): void {
    this.repeat((id) => fetch(`${this.url}/v1/sessions/${id}`));
  }

  /** Ends all of them; the next drill begins its own. */
  stop(): void {
    clearInterval(this.timer);
    this.sessions = [];
  }

  private repeat(request: (id: string) => Promise<Response>): void {
    this.timer = setInterval(() => {
      const id = this.sessions[this.turn++ % this.sessions.length] ?? '';
      void request(id)
        .then((answer) => answer.arrayBuffer())
        .catch(() => undefined);
    }, EVERY_MS);
  }

  private post(path: string, body: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}
