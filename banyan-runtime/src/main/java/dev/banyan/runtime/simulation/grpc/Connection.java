package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedProcess;

/** Both directions between a client and a server. */
final class Connection {
    private final Ways ways;
    private final SimulatedProcess client;
    private final SimulatedProcess server;
    private final Pipe toClient;
    private final Pipe toServer;
    private final Runnable clientEnds = this::clientEnded;
    private final Runnable serverEnds = this::serverEnded;

    Connection(Ways ways, SimulatedProcess client, Signal clientSignal, SimulatedProcess server) {
        this.ways = ways;
        this.client = client;
        this.server = server;
        this.toClient = new Pipe(ways, server, client, clientSignal);
        this.toServer = new Pipe(ways, client, server, server.env().signal());
        client.onEnd(clientEnds);
        server.onEnd(serverEnds);
    }

    SimulatedProcess client() {
        return client;
    }

    SimulatedProcess server() {
        return server;
    }

    Pipe toClient() {
        return toClient;
    }

    Pipe toServer() {
        return toServer;
    }

    /** Nobody needs to hear of the client's end any more. */
    void forgetClient() {
        client.forget(clientEnds);
    }

    /** Nobody needs to hear of the server's end any more. */
    void forgetServer() {
        server.forget(serverEnds);
    }

    private void clientEnded() {
        if (client.host().isUp()) {
            toServer.reset("the client died");
        }
    }

    private void serverEnded() {
        if (server.host().isUp()) {
            toClient.reset("the server died");
        }
    }

    /** Whether the connection breaks under this message, which is then lost. */
    boolean breaksUnder(Frame frame) {
        return frame instanceof Frame.Message && ways.breaks(client, server);
    }
}
