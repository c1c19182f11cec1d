package dev.banyan.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.host.CheckedFile;
import dev.banyan.api.config.Option;
import dev.banyan.api.config.Settings;
import dev.banyan.runtime.env.SystemEnv;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a departure leaves on the disk, where there is no kernel to be cleaned any more. LeaveTest has the whole of it. */
class DepartureTest {
    /** What an agent keeps. */
    private static final List<String> FILES = List.of(
            "names",
            "isolation",
            "proxy-set",
            "overlay-plan",
            "kernel-settings",
            "wireguard-link",
            "image-use",
            "hosts");

    @TempDir
    private Path disk = Path.of("");

    private Path data = Path.of("");
    private Path logs = Path.of("");
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void makeDirectories() throws IOException {
        data = Files.createDirectory(disk.resolve("data"));
        logs = Files.createDirectory(disk.resolve("logs"));
    }

    @Test
    void refusesWhereNoAgentIsAndChangesNothing() throws IOException {
        Files.writeString(data.resolve("names"), "of somebody");
        Files.writeString(logs.resolve("log"), "of somebody");

        assertThatThrownBy(this::leave)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("no agent is in " + data + "; nothing was changed");

        assertThat(data.resolve("names")).exists();
        assertThat(logs.resolve("log")).exists();
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void removesWhatItKeptAndItsDirectory() throws Exception {
        kept();
        Files.createDirectories(data.resolve("volumes/named"));

        leave();

        assertThat(data).doesNotExist();
        assertThat(logs).as("it may be a mount of its own").isEmptyDirectory();
        assertThat(said.toString(StandardCharsets.UTF_8)).isEqualTo("the agent has left\n");
    }

    @Test
    void keepsTheDataOfVolumesAndSaysWhere() throws Exception {
        kept();
        var row = data.resolve("volumes/named/shop.db/row");
        Files.createDirectories(row.getParent());
        Files.writeString(row, "of a person");

        leave();

        assertThat(row).hasContent("of a person");
        assertThat(entries()).containsExactly("volumes");
        assertThat(said.toString(StandardCharsets.UTF_8))
                .isEqualTo("the agent has left; the data of volumes stays in " + data.resolve("volumes") + "\n");
    }

    @Test
    void removesLinksAndNotWhatTheyLeadTo() throws Exception {
        kept();
        var elsewhere = Files.createDirectory(disk.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "kept");
        Files.createSymbolicLink(data.resolve("kept"), elsewhere);
        Files.createSymbolicLink(logs.resolve("link"), elsewhere);

        leave();

        assertThat(elsewhere.resolve("file")).hasContent("kept");
        assertThat(data).doesNotExist();
        assertThat(logs).isEmptyDirectory();
    }

    @Test
    void aDepartureThatWasCutOffIsBegunAgain() throws Exception {
        kept();
        for (var gone : List.of("names", "isolation", "proxy-set")) {
            Files.delete(data.resolve(gone));
        }

        leave();

        assertThat(data).doesNotExist();
        assertThatThrownBy(this::leave).hasMessageContaining("nothing was changed");
    }

    private void kept() throws IOException {
        new CheckedFile(data.resolve("membership")).write("uid-of-agent\n10.192.3.0/24\nregistry:7444\n");
        for (var file : FILES) {
            Files.writeString(data.resolve(file), "x");
        }
        Files.createDirectories(data.resolve("assignments"));
        Files.writeString(data.resolve("assignments/one"), "x");
        Files.createDirectories(logs.resolve("shop/shop.web.1.0.0"));
        Files.writeString(logs.resolve("shop/shop.web.1.0.0/1.log"), "x");
    }

    private List<String> entries() {
        try (var all = Files.list(data)) {
            return all.map(path -> path.getFileName().toString()).toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void leave() throws InterruptedException {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        new Departure(new SystemEnv(), settings(), List.of(), out).run();
    }

    private Settings settings() {
        List<Option> all = Stream.concat(AgentOptions.SHARED.stream(), AgentOptions.JOIN.stream())
                .toList();
        var flags = Map.of(AgentOptions.DATA, data.toString(), AgentOptions.LOGS, logs.toString());
        return Settings.resolve(all, new Settings.Sources(flags, Map.of(), Optional.empty()));
    }
}
