package dev.banyan.engine.identity;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps certificates fresh that the engine issued for others on its host: its children's and the local admin's. Each is replaced at two
 * thirds of its life by one for the same identity and hosts. Started and stopped by one task.
 */
public final class KeptRenewal implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(KeptRenewal.class);

    /** Often enough even if the machine slept; a look reads a few files. */
    private static final Duration LOOK = Duration.ofHours(1);

    private final ClusterAuthority authority;
    private final List<Kept> kept;
    private final Env env;
    private final Signal never;
    private Optional<Task> task = Optional.empty(); // written by start and stop

    /**
     * Credentials on disk.
     *
     * @param renewed runs after they were replaced, for a reader that looks at them only when it starts
     */
    public record Kept(CredentialsDirectory directory, Runnable renewed) {}

    public KeptRenewal(ClusterAuthority authority, List<Kept> kept, Env env) {
        this.authority = authority;
        this.kept = List.copyOf(kept);
        this.env = env;
        this.never = env.signal();
    }

    @Override
    public String name() {
        return "kept certificates";
    }

    @Override
    public void start() {
        task = Optional.of(env.tasks().spawn("kept certificates", () -> {
            while (true) {
                renewDue(env.time().now());
                var ignored = never.await(LOOK);
            }
        }));
    }

    @Override
    public void stop() {
        task.ifPresent(Task::cancel);
    }

    /** Not ready once one of them has expired. */
    @Override
    public Health health() {
        var now = env.time().now();
        return kept.stream()
                .flatMap(each -> each.directory().load().stream())
                .filter(credentials -> !now.isBefore(credentials.expires()))
                .findFirst()
                .map(expired -> Health.notReady(expired + " expired at " + expired.expires()))
                .orElseGet(() -> Health.ready(kept.size() + " certificates"));
    }

    /** One that cannot be replaced now does not keep the others from it; it is tried again with the next look. */
    void renewDue(Instant now) {
        for (var each : kept) {
            try {
                each.directory()
                        .load()
                        .filter(present -> !now.isBefore(present.renewAt()))
                        .ifPresent(present -> renew(each, present));
            } catch (IdentityException | UncheckedIOException failed) {
                LOG.atWarn()
                        .addKeyValue("certificate", each.directory().certificate())
                        .setCause(failed)
                        .log("certificate not renewed");
            }
        }
    }

    private void renew(Kept each, Credentials present) {
        var renewed = authority.issue(Subject.of(present));
        each.directory().save(renewed);
        each.renewed().run();
        LOG.atInfo()
                .addKeyValue("identity", renewed.identity())
                .addKeyValue("expires", renewed.expires())
                .log("certificate renewed");
    }
}
