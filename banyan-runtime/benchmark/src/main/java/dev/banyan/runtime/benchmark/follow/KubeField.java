package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.benchmark.server.KubeProcess;

/** Programs for Kubernetes, before a server of its own process that holds events back by itself. */
final class KubeField implements Field {
    interface Maker {
        Subject at(String url) throws Exception;
    }

    private final KubeProcess server;
    private final Maker maker;
    private int prepared;

    KubeField(int objects, Maker maker) {
        this.server = KubeProcess.start(objects, FollowTrial.PAYLOAD);
        this.maker = maker;
    }

    @Override
    public Subject subject() throws Exception {
        return maker.at(server.url());
    }

    @Override
    public void prepare(int events) {
        prepared = events;
    }

    @Override
    public void release() throws Exception {
        server.release(prepared);
    }

    @Override
    public void reset() throws Exception {
        server.reset();
    }

    @Override
    public void close() {
        server.close();
    }
}
