import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { createWarmUpFunction } from '../../../../lambda/warm-up/warm-up-function';
import { call, type Answer, type Options } from '../../../support/api';
import { startEngines, type Engines } from '../../../support/engines';

/** The API of sessions on engines with replicas, from before the first test of a file until after its last. */
export class SessionApi {
  engines!: Engines;
  conversation!: ConversationFunction;

  constructor() {
    beforeAll(async () => {
      this.engines = await startEngines(1_000, { replicasPerPrimary: 1 });
      const warmUp = createWarmUpFunction(this.engines.env('warm-up'));
      await warmUp.handler({});
      await warmUp.close();
      this.conversation = await createConversationFunction(this.engines.env('conversation'));
    });

    afterAll(async () => {
      await this.conversation.close();
      await this.engines.stop();
    });
  }

  ask(method: string, path: string, options?: Options): Promise<Answer> {
    return call(this.conversation.handler, method, path, options);
  }

  async begin(context?: unknown): Promise<string> {
    const { body } = await this.ask('POST', '/v1/sessions', {
      body: { userId: 'kim', question: '아이와 탈 차', context },
    });
    return body.sessionId;
  }

  patch(id: string, agent: string, body: unknown, options: Options = {}): Promise<Answer> {
    return this.ask('PATCH', `/v1/sessions/${id}/agents/${agent}`, { body, ...options });
  }

  async read(id: string): Promise<Answer['body']> {
    return (await this.ask('GET', `/v1/sessions/${id}`)).body;
  }

  /** Runs one command on the primary that holds the key. */
  onKey(command: string, key: string, ...args: (string | number)[]): Promise<unknown> {
    return this.engines.cluster.onKey(command, key, ...args);
  }
}
