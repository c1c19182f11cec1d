package dev.banyan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.audit.GateMemory.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeenFileTest {
    @TempDir
    private Path directory;

    private Path path = Path.of("");

    @BeforeEach
    void name() {
        path = directory.resolve("seen");
    }

    @Test
    void knowsNothingInAFirstLife() {
        assertThat(new SeenFile(path).recall()).isEmpty();
    }

    @Test
    void tellsTheNextLifeWhatItWasTold() {
        for (var seen : Set.of(
                new Seen(0, Set.of(), ""),
                new Seen(7, Set.of(""), ""),
                new Seen(1L << 40, Set.of("", "a1b2"), "d1"),
                new Seen(9, Set.of("a1b2", "c3d4"), "d2"))) {
            new SeenFile(path).keep(seen);

            assertThat(new SeenFile(path).recall()).contains(seen);
        }
    }

    @Test
    void refusesWhatItCannotUnderstandInsteadOfTakingItForAFirstLife() throws IOException {
        new SeenFile(path).keep(new Seen(9, Set.of("a1b2"), "d1"));
        var whole = Files.readString(path);

        for (var broken : Set.of("", "x", whole.substring(0, 20), whole.replace("9", "nine"), whole.replace("=", ""))) {
            Files.writeString(path, broken);

            assertThatThrownBy(() -> new SeenFile(path).recall())
                    .as("[%s]", broken)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("remove the file");
        }
    }

    @Test
    void saysWhereItCannotWrite() {
        var nowhere = directory.resolve("missing").resolve("seen");

        assertThatThrownBy(() -> new SeenFile(nowhere).keep(new Seen(1, Set.of(), "")))
                .hasMessageContaining(nowhere.toString());
    }
}
