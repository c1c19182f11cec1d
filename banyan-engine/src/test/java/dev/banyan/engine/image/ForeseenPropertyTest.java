package dev.banyan.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.registry.FakeRegistry;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.Registry;
import dev.banyan.engine.image.ImageDesk.State;
import dev.banyan.engine.image.Order.Policy;
import dev.banyan.engine.image.shelf.Demand;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is foreseen of an image happens exactly so, and foreseeing changes nothing. */
class ForeseenPropertyTest {
    private static final int ROUNDS = 120;
    private static final Platform AMD = Platform.parse("linux/amd64");
    private static final Platform ARM = Platform.parse("linux/arm64");

    @TempDir
    private Path directory = Path.of("");

    private final FakeRegistry other = new FakeRegistry();
    private final FakeRegistry own = new FakeRegistry();
    private final Set<Platform> agents = new HashSet<>(Set.of(AMD));
    private final Map<String, Integer> seen = new TreeMap<>();

    @AfterEach
    void close() {
        other.close();
        own.close();
    }

    @Test
    void everyOrderEndsAsForeseen() throws Exception {
        var random = new SeededRandom(7);
        try (var registry = registry()) {
            var mirror = new Mirror(
                    new Mirror.Place(
                            "engine:7444",
                            registry,
                            directory.resolve("notes"),
                            new Demand(new SystemEnv().time()),
                            () -> {
                                throw new IllegalStateException("nobody looks what is there");
                            }),
                    new Upstreams(directory.resolve("no-authorities"), Set.of()),
                    () -> Set.copyOf(agents),
                    new SystemEnv());
            for (int round = 1; round <= ROUNDS; round++) {
                disturb(random);
                compare("round " + round, mirror, order(random));
            }
        }
        assertThat(seen.keySet()).containsExactly("failed", "fetched", "there");
        assertThat(seen.values()).allMatch(count -> count > ROUNDS / 20);
    }

    private void compare(String where, Mirror mirror, Order order) throws Exception {
        own.asked().clear();
        var notes = notes();
        State foreseen;
        try (var waiting = mirror.foresee(order)) {
            foreseen = end(waiting);
        }
        assertThat(own.asked()).as(where).allMatch(line -> line.startsWith("HEAD ") || line.startsWith("GET "));
        assertThat(notes()).as(where).isEqualTo(notes);
        try (var waiting = mirror.mirror(order)) {
            assertThat(end(waiting)).as(where + " " + order).isEqualTo(foreseen);
        }
        var kind = foreseen instanceof State.Done done ? done.fetched() ? "fetched" : "there" : "failed";
        seen.merge(kind, 1, Integer::sum);
    }

    private void disturb(RandomSource random) {
        var name = "team/x" + random.nextInt(4);
        switch (random.nextInt(5)) {
            case 0 -> other.image(name, "1", "layer" + random.nextInt(3), "base");
            case 1 -> other.index(name, "1", "!" + random.nextInt(3), "linux/amd64", "linux/arm64");
            case 2 -> other.index(name, "1", "?", "linux/arm64");
            case 3 -> {
                if (!agents.remove(ARM)) {
                    agents.add(ARM);
                }
            }
            default -> {}
        }
    }

    private Order order(RandomSource random) {
        var policy = List.of(
                        new Policy.Missing(),
                        new Policy.Missing(),
                        new Policy.Always(),
                        new Policy.Never(),
                        new Policy.Refresh(random.nextBoolean() ? Duration.ZERO : Duration.ofDays(1)))
                .get(random.nextInt(5));
        var name = other.host() + "/team/x" + random.nextInt(4) + ":1";
        return new Order(name, ImageName.parse(name), policy, Optional.empty(), Optional.empty());
    }

    private Registry registry() throws NoSuchAlgorithmException {
        return Registry.at("the cluster's registry", own.base(), SSLContext.getDefault(), Optional.empty());
    }

    private Map<Path, String> notes() throws IOException {
        var notes = new HashMap<Path, String>();
        if (Files.exists(directory.resolve("notes"))) {
            try (var files = Files.list(directory.resolve("notes"))) {
                for (var file : files.toList()) {
                    notes.put(file, Files.readString(file));
                }
            }
        }
        return notes;
    }

    private static State end(ImageDesk.Waiting waiting) throws InterruptedException {
        var state = waiting.next(Duration.ofMillis(20));
        while (state instanceof State.Moving) {
            state = waiting.next(Duration.ofMillis(20));
        }
        return state;
    }
}
