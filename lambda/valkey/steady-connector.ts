import type { StandaloneConnectionOptions } from 'iovalkey';
import StandaloneConnector from 'iovalkey/built/connectors/StandaloneConnector';

/**
 * The client's own way of connecting, with a listener that stays: a TLS socket can fail twice (bytes that can't be
 * decrypted, then a reset), the client listens once (iovalkey 0.4.0), and an error that nobody hears ends the process.
 */
export class SteadyConnector extends StandaloneConnector {
  /** @param options of the connection; the client's type of a connector leaves them open. */
  constructor(options: unknown) {
    super(options as StandaloneConnectionOptions);
  }

  override async connect(
    ...args: Parameters<StandaloneConnector['connect']>
  ): ReturnType<StandaloneConnector['connect']> {
    const stream = await super.connect(...args);
    return stream.on('error', () => undefined);
  }
}
