package dev.banyan.engine.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KekFileTest {
    private final SystemEnv env = new SystemEnv();
    private final Entropy entropy = env.entropy();
    private final MemoryStore store = new MemoryStore(env);

    @TempDir
    private Path directory;

    @Test
    void makesAKeyThatOnlyItsOwnerReads() throws Exception {
        var made = file("one").create(entropy);

        assertThat(file("one").load().orElseThrow().id()).isEqualTo(made.id());
        assertThat(Files.getPosixFilePermissions(directory.resolve("one/kek")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void theFirstEngineOfAClusterThatHasNoKeyMakesIt() {
        var key = file("one").settle(store, entropy);

        assertThat(file("one").load().orElseThrow().id()).isEqualTo(key.id());
        assertThat(file("one").settle(store, entropy).id()).isEqualTo(key.id());
    }

    @Test
    void anEngineWithoutTheKeyDoesNotMakeAnother() {
        file("one").settle(store, entropy);

        assertThatThrownBy(() -> file("two").settle(store, entropy))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Copy the file authority/kek of another engine");
        assertThat(directory.resolve("two/kek")).doesNotExist();
    }

    @Test
    void anEngineWithAnotherKeyDoesNotStart() {
        file("one").settle(store, entropy);
        file("two").create(entropy);

        assertThatThrownBy(() -> file("two").settle(store, entropy)).hasMessageContaining("another key");
        assertThat(directory.resolve("two/kek")).exists();
    }

    @Test
    void anotherEngineTakesTheKeyWithTheAuthority() {
        var key = file("one").settle(store, entropy);

        file("two").copy(file("one"));

        assertThat(file("two").settle(store, entropy).id()).isEqualTo(key.id());
    }

    @Test
    void aDamagedFileIsNoReasonForANewKey() throws Exception {
        Files.writeString(directory.resolve("kek"), "half of a key");

        assertThatThrownBy(() -> new KekFile(directory).settle(store, entropy))
                .hasMessageContaining("no key-encryption key")
                .hasMessageContaining("restore it from the backup");
    }

    private KekFile file(String engine) {
        return new KekFile(directory.resolve(engine));
    }
}
