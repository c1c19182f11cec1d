package dev.banyan.engine.identity;

import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the engine's own certificate fresh: who has the authority need not ask anybody. Started and stopped by one task. */
public final class OwnRenewal implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(OwnRenewal.class);

    /** Often enough even if the machine slept; a look costs nothing. */
    private static final Duration LOOK = Duration.ofHours(1);

    private final ClusterAuthority authority;
    private final OwnKey key;
    private final CredentialsDirectory directory;
    private final Env env;
    private final Signal never;
    private @Nullable Task task; // written by start and stop

    /** Renews what {@code key} shows and keeps it in {@code directory}. */
    public OwnRenewal(ClusterAuthority authority, OwnKey key, CredentialsDirectory directory, Env env) {
        this.authority = authority;
        this.key = key;
        this.directory = directory;
        this.env = env;
        this.never = env.signal();
    }

    @Override
    public String name() {
        return "own certificate";
    }

    @Override
    public void start() {
        task = env.tasks().spawn("own certificate", () -> {
            while (true) {
                renewIfDue(env.time().now());
                var ignored = never.await(LOOK);
            }
        });
    }

    @Override
    public void stop() {
        var running = task;
        if (running != null) {
            running.cancel();
        }
    }

    @Override
    public Health health() {
        var expires = key.credentials().expires();
        return env.time().now().isBefore(expires)
                ? Health.ready("until " + expires)
                : Health.notReady("expired at " + expires);
    }

    /** Shows a new certificate from the next handshake on, if two thirds of the present one's life are over. */
    void renewIfDue(Instant now) {
        var present = key.credentials();
        if (now.isBefore(present.renewAt())) {
            return;
        }
        var renewed = authority.issue(Subject.member(present.identity()));
        directory.save(renewed);
        key.renew(renewed);
        LOG.atInfo().addKeyValue("expires", renewed.expires()).log("own certificate renewed");
    }
}
