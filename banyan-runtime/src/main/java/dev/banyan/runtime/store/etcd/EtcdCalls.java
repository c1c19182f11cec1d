package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.TimeSource;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.etcd.EtcdException.Kind;
import dev.banyan.runtime.store.etcd.wire.AuthGrpc;
import dev.banyan.runtime.store.etcd.wire.AuthenticateRequest;
import dev.banyan.runtime.store.etcd.wire.KVGrpc;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;
import io.grpc.CallOptions;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Unary calls to whichever endpoint answers. Thread-safe. */
final class EtcdCalls {
    /** One attempt: longer than a leader election of etcd, shorter than its own request timeout of 7 s. */
    static final Duration ATTEMPT = Duration.ofSeconds(4);

    /** All attempts of one operation together. */
    static final Duration OPERATION = Duration.ofSeconds(10);

    private static final Duration PAUSE_FIRST = Duration.ofMillis(20);
    private static final Duration PAUSE_MAX = Duration.ofMillis(500);

    private final Env env;
    private final RandomSource jitter;
    private final EtcdConfig config;
    private final EtcdChannels channels;
    private final EtcdChannels watchChannels;
    private final Diagnosis diagnosis;
    private final AtomicLong newest = new AtomicLong();
    private final AtomicLong cluster = new AtomicLong();
    private final AtomicLong epoch = new AtomicLong();

    EtcdCalls(EtcdConfig config, Optional<EtcdTransport> transport, Env env) {
        this.config = config;
        this.env = env;
        this.jitter = env.random().fork("etcd");
        this.diagnosis = new Diagnosis(config);
        this.channels = new EtcdChannels(config, transport);
        this.watchChannels = new EtcdChannels(config, transport);
    }

    EtcdChannels channels() {
        return channels;
    }

    /** Connections of their own for watches: writes beside them cost a watch its latency. */
    EtcdChannels watchChannels() {
        return watchChannels;
    }

    /** By which its patience is measured. */
    TimeSource time() {
        return env.time();
    }

    /** The newest revision that any answer has shown. */
    long newestRevision() {
        return newest.get();
    }

    /** Counts the clusters that have answered: it moves when the endpoints begin to serve another history. */
    long epoch() {
        return epoch.get();
    }

    /** Notes whose answer this is. */
    void saw(ResponseHeader header) {
        long id = header.getClusterId();
        long before = cluster.getAndSet(id);
        if (before != id && before != 0) {
            epoch.incrementAndGet();
            newest.set(header.getRevision());
        }
        newest.accumulateAndGet(header.getRevision(), Math::max);
    }

    /** Calls until some endpoint answers or {@link #OPERATION} has passed; only for calls that may be repeated. */
    <Q, R> R repeatable(MethodDescriptor<Q, R> method, Q request, String what) {
        return repeatable(method, request, ATTEMPT, what);
    }

    /** The same with another deadline of one attempt. */
    <Q, R> R repeatable(MethodDescriptor<Q, R> method, Q request, Duration deadline, String what) {
        var attempts = new Attempts(OPERATION);
        while (true) {
            try {
                return once(method, request, deadline);
            } catch (EtcdException failure) {
                if (!failure.passing() || !attempts.another(failure)) {
                    throw attempts.tried() > 1 ? attempts.summary(failure).forReader(what) : failure.forReader(what);
                }
            }
        }
    }

    /** Calls the endpoint in use once; leaves it when it does not answer. */
    <Q, R> R once(MethodDescriptor<Q, R> method, Q request, Duration deadline) {
        int index = channels.current();
        try {
            return at(index, method, request, deadline);
        } catch (EtcdException failure) {
            recover(index, failure);
            throw failure;
        }
    }

    /** Calls one endpoint once. */
    <Q, R> R at(int index, MethodDescriptor<Q, R> method, Q request, Duration deadline) {
        var sent = new AtomicBoolean();
        var options = CallOptions.DEFAULT
                .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS)
                .withOption(EtcdTransport.PATIENCE, deadline)
                .withStreamTracerFactory(new SentTracer(sent));
        try {
            return ClientCalls.blockingUnaryCall(channels.channel(index), method, options, request);
        } catch (StatusRuntimeException failure) {
            var sorted = EtcdException.of(channels.endpoint(index), failure, sent.get(), diagnosis);
            throw sorted.kind() == Kind.STALE_TOKEN && config.login().isEmpty() // no login, no better token
                    ? new EtcdException(Kind.DENIED, String.valueOf(sorted.getMessage()), sorted)
                    : sorted;
        }
    }

    /** Fetches a new token where authentication is configured. */
    void authenticate() {
        config.login().ifPresent(login -> {
            var request = AuthenticateRequest.newBuilder()
                    .setName(login.user())
                    .setPassword(login.password())
                    .build();
            useToken("");
            useToken(authenticate(request));
        });
    }

    /** A stream ended: if its token was refused, gets a new one for the next. */
    void renewTokenAfter(Status status) {
        if (EtcdException.kindOf(status) == Kind.STALE_TOKEN) {
            reauthenticate();
        }
    }

    /**
     * The newest revision of the cluster, if the history after {@code after} is still there.
     *
     * @throws StoreException COMPACTED when it is not, UNAVAILABLE when nothing answers
     */
    long revisionWithHistoryFrom(KeyLayout layout, long after) {
        var probe =
                RangeRequest.newBuilder().setKey(layout.encode(Heartbeat.KEY)).setCountOnly(true);
        var newestAnswer = repeatable(KVGrpc.getRangeMethod(), probe.build(), "read its revision");
        saw(newestAnswer.getHeader());
        if (newestAnswer.getHeader().getRevision() >= after) {
            repeatable(
                    KVGrpc.getRangeMethod(),
                    probe.setRevision(Math.max(1, after)).build(),
                    "find revision " + after);
        }
        return newestAnswer.getHeader().getRevision();
    }

    void close() {
        channels.close();
        watchChannels.close();
    }

    Attempts attempts(Duration limit) {
        return new Attempts(limit);
    }

    private void useToken(String token) {
        channels.useToken(token);
        watchChannels.useToken(token);
    }

    private String authenticate(AuthenticateRequest request) {
        var attempts = new Attempts(OPERATION);
        while (true) {
            int index = channels.current();
            try {
                return at(index, AuthGrpc.getAuthenticateMethod(), request, ATTEMPT)
                        .getToken();
            } catch (EtcdException failure) {
                channels.leave(index);
                if (!failure.passing() || !attempts.another(failure)) {
                    throw attempts.tried() > 1 ? attempts.summary(failure) : failure;
                }
            }
        }
    }

    private void recover(int index, EtcdException failure) {
        switch (failure.kind()) {
            case NOT_SENT, UNCERTAIN -> channels.leave(index);
            case STALE_TOKEN -> reauthenticate();
            case OVERLOADED, COMPACTED, FUTURE, FULL, DENIED, ANSWER_TOO_LARGE, INVALID -> {}
        }
    }

    private void reauthenticate() {
        if (config.login().isEmpty()) {
            return;
        }
        try {
            authenticate();
        } catch (EtcdException stillRefused) {
            useToken(""); // the call that needed it fails and says why
        }
    }

    /** Counts the attempts of one operation and waits between them. */
    final class Attempts {
        private final long start = env.time().nanos();
        private final Duration limit;
        private final ArrayList<String> failures = new ArrayList<>();
        private Duration pause = PAUSE_FIRST;

        private Attempts(Duration limit) {
            this.limit = limit;
        }

        int tried() {
            return failures.size();
        }

        /** Notes a failure and waits; false when the time is up or the caller was interrupted. */
        boolean another(EtcdException failure) {
            var message = String.valueOf(failure.getMessage());
            if (!failures.contains(message)) {
                failures.add(message);
            }
            boolean moveOn = failure.kind() == Kind.NOT_SENT && failures.size() < channels.count();
            return env.time().since(start).compareTo(limit) < 0 && (moveOn || pause());
        }

        /** Waits a jittered, growing while; false when interrupted. */
        boolean pause() {
            try {
                env.signal().await(pause.dividedBy(2).plusNanos(jitter.nextLong(pause.toNanos() / 2)));
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
                return !Thread.currentThread().isInterrupted();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        /** All that was tried, as one failure. */
        EtcdException summary(EtcdException last) {
            return new EtcdException(last.kind(), "tried " + String.join(", ", failures), last);
        }

        String failures() {
            return String.join(", ", failures);
        }
    }

    /** Notes that a request has left: what was not sent has no effect. */
    private static final class SentTracer extends ClientStreamTracer.Factory {
        private final AtomicBoolean sent;

        SentTracer(AtomicBoolean sent) {
            this.sent = sent;
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundMessageSent(int sequence, long wireSize, long plainSize) {
                    sent.set(true);
                }

                @Override
                public void outboundHeaders() {
                    sent.set(true);
                }
            };
        }
    }

    /** A store failure that says that nothing answered. */
    static StoreException unreachable(String failures) {
        return new StoreException(StoreException.Reason.UNAVAILABLE, "no etcd answered; tried " + failures);
    }
}
