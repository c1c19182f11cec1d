package dev.banyan.simulated.world;

import dev.banyan.engine.admission.Application;
import dev.banyan.engine.admission.Verdict;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.simulated.world.EngineLink.Answer;
import dev.banyan.simulated.world.EngineProcess.Serving;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** A user who asks again until there is an answer. Used by the user's task. */
public final class UserDesk {
    private static final Duration AGAIN = Duration.ofMillis(500);
    /** Longer than any standstill of an engine: what was not answered may land until then, and would undo a later wish. */
    private static final Duration UNANSWERED = Duration.ofSeconds(25);

    private static final String NAMESPACE = "default";

    private final Env env;
    private final EngineLink link;

    /** What became of a request. */
    public enum Outcome {
        /** It holds from now on. */
        DONE,
        /** It was refused, with reasons. */
        REFUSED,
        /** There is no such app. */
        UNKNOWN
    }

    /** A user of {@code world}. */
    public UserDesk(World world) {
        var process = world.simulation().process("user");
        this.env = process.env();
        this.link = new EngineLink(world, process);
    }

    /** The user's time and tasks. */
    public Env env() {
        return env;
    }

    /** Deploys or changes an app. */
    public Outcome apply(App app) throws InterruptedException {
        var application = new Application(NAMESPACE, app.manifest(), List.of(), Application.ANY, "alice", "");
        return insist(serving -> serving.admission().apply(application));
    }

    /** Changes how many web servers there are. */
    public Outcome scale(String app, int webs) throws InterruptedException {
        return insist(serving -> serving.admission().scale(NAMESPACE, app, Map.of("web", webs)));
    }

    /** Removes an app. */
    public Outcome remove(String app) throws InterruptedException {
        return insist(serving -> serving.admission().remove(NAMESPACE, app));
    }

    /** Waits until {@code condition} holds, at most {@code atMost}; whether it does. */
    public boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long until = env.time().nanos() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (env.time().nanos() >= until) {
                return false;
            }
            pause(AGAIN);
        }
        return true;
    }

    /** Does nothing for a while. */
    public void pause(Duration duration) throws InterruptedException {
        var ignored = env.signal().await(duration);
    }

    private Outcome insist(Function<Serving, Verdict> request) throws InterruptedException {
        while (true) {
            var outcome = asked(request);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            pause(AGAIN);
        }
    }

    private Optional<Outcome> asked(Function<Serving, Verdict> request) throws InterruptedException {
        try {
            return switch (link.ask("user", request)) {
                case Answer.Given<Verdict> given -> judged(given.value().get());
                case Answer.Refused<Verdict> refused -> Optional.empty();
                case Answer.Lost<Verdict> lost -> {
                    pause(UNANSWERED);
                    yield Optional.empty();
                }
            };
        } catch (StoreException away) {
            return Optional.empty();
        }
    }

    private static Optional<Outcome> judged(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Admitted admitted -> Optional.of(Outcome.DONE);
            case Verdict.Refused refused -> Optional.of(Outcome.REFUSED);
            case Verdict.Unknown unknown -> Optional.of(Outcome.UNKNOWN);
            case Verdict.Overtaken overtaken -> Optional.empty();
            case Verdict.Failed failed -> Optional.empty();
        };
    }
}
