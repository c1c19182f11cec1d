package dev.banyan.agent.container;

import dev.banyan.agent.container.PullOutcome.Cause;
import dev.banyan.agent.container.PullOutcome.Failed;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One pull of an image that is not present: layer by layer, until it is whole, fails, or the daemon dies. For one task. */
final class FakePull {
    private static final Duration SLOW_MAX = Duration.ofMinutes(1);
    private static final List<Failed> REFUSALS = List.of(
            new Failed(Cause.UNREACHABLE, "connection reset by peer"),
            new Failed(Cause.UNAUTHORISED, "401 unauthorized"),
            new Failed(Cause.OTHER, "unexpected end of content"));

    private final FakeServer server;
    private final ImageReference image;
    private final Consumer<PullProgress> told;
    private final Signal interrupted;
    private long deaths;

    FakePull(FakeServer server, ImageReference image, Consumer<PullProgress> told) {
        this.server = server;
        this.image = image;
        this.told = told;
        this.interrupted = server.env().signal();
    }

    PullOutcome run() throws InterruptedException {
        deaths = server.locked(() -> server.until(interrupted));
        try {
            long began = server.now();
            var failed = fetch();
            if (failed.isPresent()) {
                server.locked(() -> server.note("pull fails: " + failed.get().reason()));
                return failed.get();
            }
            var took = Duration.ofNanos(server.now() - began);
            return server.called("pulled", () -> server.images().complete(image, took));
        } finally {
            server.locked(() -> server.over(interrupted));
        }
    }

    private Optional<Failed> fetch() throws InterruptedException {
        var time = server.locked(this::time);
        var refusal = server.locked(this::refusal);
        if (refusal.isPresent()) {
            return wait(time).or(() -> refusal);
        }
        var layers = server.locked(() -> server.images().missing(image));
        for (var layer : layers) {
            var failed = wait(time.dividedBy(layers.size()))
                    .or(() -> server.locked(() -> server.images().write(layer, server.now())));
            if (failed.isPresent()) {
                server.locked(this::release);
                return failed;
            }
            told.accept(server.locked(() -> server.images().progress(image)));
        }
        return Optional.empty();
    }

    /** Whoever dies lets nothing go. */
    private void release() {
        if (!server.died(deaths)) {
            server.images().release(image);
        }
    }

    private Duration time() {
        return server.faults()
                .strike(ContainerFaults.PULL_SLOW, server.name())
                .map(drawn -> FakeServer.drawn(drawn, SLOW_MAX))
                .orElseGet(server.images()::pullTime);
    }

    private Optional<Failed> refusal() {
        return server.images().refusal(image).or(() -> server.faults()
                .strike(ContainerFaults.PULL_FAILS, server.name())
                .map(drawn -> REFUSALS.get(drawn.nextInt(REFUSALS.size()))));
    }

    /** The failure of a pull whose daemon dies meanwhile. */
    private Optional<Failed> wait(Duration time) throws InterruptedException {
        interrupted.await(time);
        return server.locked(() -> server.died(deaths))
                ? Optional.of(new Failed(Cause.UNREACHABLE, "error reading from server: EOF"))
                : Optional.empty();
    }
}
