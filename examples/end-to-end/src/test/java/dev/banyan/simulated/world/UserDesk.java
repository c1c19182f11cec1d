package dev.banyan.simulated.world;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.env.Env;
import dev.banyan.simulated.wire.FrontDoor;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A user who asks again until there is an answer. Used by the user's task. */
public final class UserDesk {
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** After this a request has landed that an engine had when it went on. */
    private static final Duration UNANSWERED = Duration.ofSeconds(5);

    private static final Duration STANDSTILL_MAX = Duration.ofMinutes(3);
    private static final long ANY = -1;
    private static final String NAMESPACE = "default";

    private final World world;
    private final Env env;
    private final BanyanClient client;

    /** What became of a request. */
    public enum Outcome {
        /** It holds from now on. */
        DONE,
        /** It was refused, with reasons. */
        REFUSED,
        /** There is no such app. */
        UNKNOWN
    }

    @FunctionalInterface
    private interface Request {
        void make();
    }

    /** A user of {@code world}. */
    public UserDesk(World world) {
        this.world = world;
        var process = world.simulation().process("user");
        this.env = process.env();
        var engines = world.engines().stream().map(EngineProcess::name).toArray(String[]::new);
        this.client = FrontDoor.client(world.wire(), process, FrontDoor.credentials("admin", "alice"), engines);
    }

    /** The user's time and tasks. */
    public Env env() {
        return env;
    }

    /** Deploys or changes an app. */
    public Outcome apply(App app) throws InterruptedException {
        var request = ApplyRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setManifest(app.manifest())
                .setExpectedRevision(ANY)
                .build();
        return insist(() -> client.apply(request));
    }

    /** Changes how many web servers there are. */
    public Outcome scale(String app, int webs) throws InterruptedException {
        var request = ScaleRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setDeployment(app)
                .putReplicas("web", webs)
                .build();
        return insist(() -> client.scale(request));
    }

    /** Removes an app. */
    public Outcome remove(String app) throws InterruptedException {
        var request = RemoveRequest.newBuilder()
                .setNamespace(NAMESPACE)
                .setDeployment(app)
                .build();
        return insist(() -> client.remove(request));
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

    private Outcome insist(Request request) throws InterruptedException {
        while (true) {
            var outcome = asked(request);
            if (outcome.isPresent()) {
                return outcome.get();
            }
            pause(AGAIN);
        }
    }

    private Optional<Outcome> asked(Request request) throws InterruptedException {
        try {
            request.make();
            return Optional.of(Outcome.DONE);
        } catch (ApiException refused) {
            return switch (refused.reason()) {
                case REJECTED -> Optional.of(Outcome.REFUSED);
                case NOT_FOUND -> Optional.of(Outcome.UNKNOWN);
                case CONFLICT, UNAVAILABLE, OVERLOADED -> Optional.empty();
                case OUTCOME_UNKNOWN -> {
                    awaitLanding();
                    yield Optional.empty();
                }
                default -> throw new AssertionError("a user got " + refused.reason(), refused);
            };
        }
    }

    /** What was not answered may land as long as an engine stands still that has it, and would undo a later wish. */
    private void awaitLanding() throws InterruptedException {
        world.reached("a user did not know what came of a request");
        var ignored = await(() -> world.engines().stream().noneMatch(world.fate()::mayGoOn), STANDSTILL_MAX);
        pause(UNANSWERED);
    }
}
