import { type ChannelInterface as Channel, Channel as GrpcChannel, Metadata, status } from '@grpc/grpc-js';

type Call = ReturnType<Channel['createCall']>;

/**
 * A gRPC channel whose connection can be replaced. gRPC itself keeps a silent connection until a ping fails, which
 * takes most of a minute, and the server does not allow much more frequent pings. New calls use the newest connection;
 * calls that are under way on an older one end at their own deadlines.
 */
export class RenewableChannel implements Channel {
  readonly #open: () => Channel;
  #current: Channel;
  #isClosed = false;

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

  /** Calls that wait for their retry are canceled when they come to it. */
  close(): void {
    this.#isClosed = true;
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

  createCall(...args: Parameters<Channel['createCall']>): Call {
    return this.#isClosed ? canceledCall() : this.#current.createCall(...args);
  }
}

/**
 * A call that ends as it starts. gRPC's own channel throws once it is closed; a retry begins in a timer, where nobody
 * could catch that, and it would end the process.
 */
function canceledCall(): Call {
  const nothing = () => undefined;
  return {
    start: (_metadata, listener) => {
      const ended = { code: status.CANCELLED, details: 'The connection is closed.', metadata: new Metadata() };
      queueMicrotask(() => listener.onReceiveStatus(ended));
    },
    cancelWithStatus: nothing,
    sendMessageWithContext: ({ callback }) => callback?.(),
    startRead: nothing,
    halfClose: nothing,
    setCredentials: nothing,
    getPeer: () => 'nobody',
    getCallNumber: () => 0,
    getAuthContext: () => null,
  };
}
