package dev.banyan.engine.image.shelf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookTest {
    private static final Map<String, Instant> SEEN =
            Map.of("mirror/x@sha256:1", Instant.ofEpochMilli(5), "apps/a/b@sha256:2", Instant.ofEpochMilli(70));

    @TempDir
    private Path directory = Path.of("");

    @Test
    void readsWhatItWrote() {
        book().write(SEEN);

        assertThat(book().read()).isEqualTo(SEEN);
    }

    @Test
    void saysNothingWhenItIsLostOrDamagedOrOfAnotherForm() throws IOException {
        assertThat(book().read()).isEmpty();
        for (var text :
                new String[] {"", "banyan-needed/2\n1 a\n", "banyan-needed/1\nx a\n", "banyan-needed/1\n12\n"}) {
            Files.writeString(directory.resolve("needed"), text);

            assertThat(book().read()).as(text).isEmpty();
        }
    }

    private Book book() {
        return new Book(directory.resolve("needed"));
    }
}
