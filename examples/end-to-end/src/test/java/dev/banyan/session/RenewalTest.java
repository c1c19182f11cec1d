package dev.banyan.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.session.Renewal;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.harness.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent's certificate is renewed when two thirds of its life are over, and not before. */
class RenewalTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Certificates begin five minutes early, for clocks that are behind: two thirds of seven minutes are over at the start. */
    private static final Duration NEARLY_OVER = Duration.ofMinutes(2);

    @TempDir
    private Path disk;

    private final LocalEngine engine = new LocalEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void renewsWhatIsOldAndKeepsItOnDisk() {
        var key = new OwnKey(engine.agentCredentials(NEARLY_OVER));
        var former = key.credentials();
        var directory = new CredentialsDirectory(disk.resolve("identity"));
        var client = engine.client(key);
        // What is not renewed at the first look is ten minutes later: the connection must not take the call's time.
        assertThat(engine.register(client, "b")).isPositive();
        var renewal = new Renewal(LocalEngine.ENV, client, key, directory);
        assertThat(former.renewAt()).isBefore(Instant.now());

        renewal.start();
        Await.until(() -> saved(directory), PATIENCE, () -> renewal.health().detail());
        var renewed = directory.load().orElseThrow();
        Await.until(
                () -> renewal.health().detail().equals("expires " + renewed.expires()), PATIENCE, () -> renewal.health()
                        .detail());
        renewal.stop();

        assertThat(renewed.expires()).isAfter(former.expires().plus(Duration.ofDays(80)));
        assertThat(renewed.identity()).isEqualTo(former.identity());
        assertThat(renewed.leaf().getPublicKey()).isNotEqualTo(former.leaf().getPublicKey());
        assertThat(key.credentials().leaf()).isEqualTo(renewed.leaf());
    }

    @Test
    void leavesWhatIsYoung() throws Exception {
        var key = new OwnKey(engine.agentCredentials(Duration.ofDays(90)));
        var former = key.credentials();
        var directory = new CredentialsDirectory(disk.resolve("identity"));
        var renewal = new Renewal(LocalEngine.ENV, engine.client(key), key, directory);

        renewal.start();
        // The first look comes at once and renews, if at all, before another connection is made and used.
        assertThat(engine.register("b")).isPositive();
        assertThat(renewal.health().ready()).isTrue();
        renewal.stop();

        assertThat(key.credentials()).isEqualTo(former);
        assertThat(directory.load()).isEmpty();
    }

    @Test
    void withoutAnEngineItKeepsWhatItHas() {
        var key = new OwnKey(engine.agentCredentials(NEARLY_OVER));
        var former = key.credentials();
        engine.stop();
        var renewal = new Renewal(
                LocalEngine.ENV, engine.client(key), key, new CredentialsDirectory(disk.resolve("identity")));

        renewal.start();
        assertThat(renewal.health().detail()).isEqualTo("expires " + former.expires());
        renewal.stop();

        assertThat(key.credentials()).isEqualTo(former);
    }

    /** Reading would mend what is just being written. */
    private boolean saved(CredentialsDirectory directory) {
        try (var files = Files.walk(disk)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toSet())
                    .equals(Set.of(directory.key(), directory.certificate(), directory.authority()));
        } catch (IOException | UncheckedIOException changing) {
            return false;
        }
    }
}
