import { type ChannelInterface as Channel, Channel as GrpcChannel } from '@grpc/grpc-js';

/**
 * A gRPC channel whose connection can be replaced. gRPC itself keeps a silent connection until a ping fails, which
 * takes most of a minute, and the server does not allow much more frequent pings. New calls use the newest connection;
 * calls that are under way on an older one end at their own deadlines.
 */
export class RenewableChannel implements Channel {
  readonly #open: () => Channel;
  #current: Channel;

  constructor(...[target, credentials, options]: ConstructorParameters<typeof GrpcChannel>) {
    // Without this option, the channels of one process share their connections.
    this.#open = () => new GrpcChannel(target, credentials, { ...options, 'grpc.use_local_subchannel_pool': 1 });
    this.#current = this.#open();
  }

  /** Opens a new connection for all further calls. */
  renew(): void {
    const old = this.#current;
    this.#current = this.#open();
    old.close();
  }

  close(): void {
    this.#current.close();
  }

  getTarget(): string {
    return this.#current.getTarget();
  }

  getConnectivityState(...args: Parameters<Channel['getConnectivityState']>) {
    return this.#current.getConnectivityState(...args);
  }

  watchConnectivityState(...args: Parameters<Channel['watchConnectivityState']>) {
    this.#current.watchConnectivityState(...args);
  }

  getChannelzRef() {
    return this.#current.getChannelzRef();
  }

  createCall(...args: Parameters<Channel['createCall']>) {
    return this.#current.createCall(...args);
  }
}
