package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code init} writes for the first engine of a cluster, and for one more. */
class EngineFilesTest {
    private final Env env = new SystemEnv();

    @TempDir
    private Path directory;

    @Test
    void addsAnEngineToTheClusterWhoseAuthorityItIsGiven() throws Exception {
        var first = new EngineFiles(directory.resolve("first"));
        var cluster = first.create("engine-1", "one.example.org", env).cluster();
        var second = new EngineFiles(directory.resolve("second"));

        var authority = second.join(directory.resolve("first/authority"), "engine-2", "two.example.org", env);

        assertThat(authority.cluster()).isEqualTo(cluster);
        var identity = engine(second).identity();
        assertThat(identity.cluster()).isEqualTo(cluster);
        assertThat(identity.name()).isEqualTo("engine-2");
        assertThat(second.advertised()).isEqualTo("two.example.org");
        engine(second).leaf().verify(engine(first).authority().getPublicKey());
        assertThat(second.load(env).fingerprint()).isEqualTo(first.load(env).fingerprint());
        assertThat(second.initialised()).isTrue();
        assertThat(second.kek().load().orElseThrow().id())
                .isEqualTo(first.kek().load().orElseThrow().id());
    }

    @Test
    void addsAnEngineToAClusterThatHasNoKeyForValuesYet() throws Exception {
        var first = new EngineFiles(directory.resolve("first"));
        first.create("engine-1", "one.example.org", env);
        java.nio.file.Files.delete(directory.resolve("first/authority/kek"));
        var second = new EngineFiles(directory.resolve("second"));

        second.join(directory.resolve("first/authority"), "engine-2", "two.example.org", env);

        assertThat(second.kek().load()).isEmpty();
    }

    @Test
    void saysWhatToCopyWhenThereIsNoAuthority() {
        var files = new EngineFiles(directory.resolve("second"));
        var nowhere = directory.resolve("nowhere");

        assertThatThrownBy(() -> files.join(nowhere, "engine-2", "two.example.org", env))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Copy the directory 'authority' of another engine's data there");
        assertThat(files.initialised()).isFalse();
    }

    @Test
    void refusesACertificateThatIsNoAuthoritys() {
        new EngineFiles(directory.resolve("first")).create("engine-1", "one.example.org", env);
        var files = new EngineFiles(directory.resolve("second"));

        assertThatThrownBy(() -> files.join(directory.resolve("first/identity"), "engine-2", "two.example.org", env))
                .isInstanceOf(IdentityException.class)
                .hasMessageContaining("is not the authority of a cluster");
    }

    @Test
    void makesAnotherClusterEachTime() {
        var one = new EngineFiles(directory.resolve("one")).create("engine-1", "one.example.org", env);
        var other = new EngineFiles(directory.resolve("other")).create("engine-1", "one.example.org", env);

        assertThat(one.cluster()).isNotEqualTo(other.cluster());
    }

    private static Credentials engine(EngineFiles files) {
        return files.require(files.engine());
    }
}
