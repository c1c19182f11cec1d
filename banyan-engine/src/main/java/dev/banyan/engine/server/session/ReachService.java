package dev.banyan.engine.server.session;

import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachGrpc;
import dev.banyan.api.v1.ReachRequest.WhatCase;
import dev.banyan.api.v1.ReachUp;
import io.grpc.stub.StreamObserver;

/** Ways into running containers, through the agents that run them. */
final class ReachService extends ReachGrpc.ReachImplBase {
    private final LogReading.Surroundings around;

    ReachService(LogReading.Surroundings around) {
        this.around = around;
    }

    @Override
    public StreamObserver<ReachUp> exec(StreamObserver<ReachDown> reply) {
        return ReachSession.begin(around, WhatCase.EXEC, reply);
    }

    @Override
    public StreamObserver<ReachUp> readFiles(StreamObserver<ReachDown> reply) {
        return ReachSession.begin(around, WhatCase.READ, reply);
    }

    @Override
    public StreamObserver<ReachUp> writeFiles(StreamObserver<ReachDown> reply) {
        return ReachSession.begin(around, WhatCase.WRITE, reply);
    }

    @Override
    public StreamObserver<ReachUp> forward(StreamObserver<ReachDown> reply) {
        return ReachSession.begin(around, WhatCase.FORWARD, reply);
    }

    @Override
    public StreamObserver<ReachUp> inspect(StreamObserver<ReachDown> reply) {
        return ReachSession.begin(around, WhatCase.FACTS, reply);
    }

    @Override
    public StreamObserver<ReachUp> probe(StreamObserver<ReachDown> reply) {
        return ReachSession.begin(around, WhatCase.PROBE, reply);
    }
}
