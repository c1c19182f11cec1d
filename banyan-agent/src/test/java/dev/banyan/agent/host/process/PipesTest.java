package dev.banyan.agent.host.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipes with names, between tasks that wait as tasks do. */
class PipesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Env env = new SystemEnv();

    @TempDir
    private Path directory = Path.of("");

    @Test
    void carryEverythingAndThenTheEnd() throws Exception {
        var bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        var back = new ByteArrayOutputStream();
        try (var ends = new Ends("pipe")) {
            var writing = env.tasks().spawn("writing", () -> {
                ends.writer.write(bytes);
                ends.writer.close();
            });
            ends.held.close();
            ends.reader.transferTo(back);
            assertThat(writing.join(PATIENCE)).isTrue();
        }

        assertThat(back.toByteArray()).isEqualTo(bytes);
    }

    @Test
    void waitersHoldUpNobodyElse() throws Exception {
        var all = new ArrayList<Ends>();
        try {
            for (int i = 0; i < 40; i++) {
                var ends = new Ends("pipe" + i);
                all.add(ends);
                env.tasks().spawn("reading", () -> {
                    int ignored = ends.reader.read();
                });
            }
            var other = env.tasks().spawn("other", () -> {});

            assertThat(other.join(PATIENCE))
                    .as("a task beside forty that wait for pipes")
                    .isTrue();
        } finally {
            all.forEach(Ends::close);
        }
    }

    @Test
    void tellTheWriterWhenNobodyReads() throws Exception {
        try (var ends = new Ends("pipe")) {
            ends.writer.write(new byte[200_000]); // more than a pipe holds
            ends.writer.abandon();

            assertThatThrownBy(() -> ends.writer.write(1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nobody reads");
        }
    }

    @Test
    void endForAReaderWhenTheyAreClosed() throws Exception {
        try (var ends = new Ends("pipe")) {
            var reading = env.tasks()
                    .spawn("reading", () -> assertThat(ends.reader.read()).isEqualTo(-1));
            ends.reader.close();

            assertThat(reading.join(PATIENCE)).isTrue();
            assertThat(reading.failure()).isEmpty();
        }
    }

    @Test
    void areNotMadeTwice() {
        var path = Fifo.make(directory.resolve("pipe"));

        assertThatThrownBy(() -> Fifo.make(path))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("errno 17");
    }

    /** Both ends, which are open before anybody waits. */
    private final class Ends implements AutoCloseable {
        private final RandomAccessFile held;
        private final PipeReader reader;
        private final PipeWriter writer;

        Ends(String name) throws IOException {
            var path = Fifo.make(directory.resolve(name));
            held = new RandomAccessFile(path.toFile(), "rw");
            reader = new PipeReader(path, env);
            writer = new PipeWriter(path, env);
        }

        @Override
        public void close() {
            writer.abandon();
            reader.close();
            try {
                held.close();
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        }
    }
}
