package dev.banyan.agent.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose images are all there is on its disk, and whose disk and time are told by the test. */
class UpkeepTest {
    private static final Duration ROUND = Duration.ofMinutes(1);
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    @TempDir
    private Path directory;

    private final Simulation simulation = new Simulation(41);
    private SimulatedProcess process = simulation.process("agent");
    private final FakeServer server = new FakeServer(process.env());
    private final ContainerRuntime runtime = server.runtime("cluster");
    private final List<String> needed = new ArrayList<>();
    private final List<Integer> added = new ArrayList<>();
    private boolean known = true;
    private boolean diskAnswers = true;

    /** Of the disk, by what is not an image. */
    private int otherPercent = 20;

    @BeforeEach
    void fetchFiveImages() {
        simulation.runIn(process, ROUND, () -> {
            for (var name : NAMES) {
                server.offer(
                        image(name),
                        new ImageConfig(
                                List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
                runtime.pull(image(name));
            }
        });
        needed.addAll(NAMES);
    }

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void removesNoImageWhileThereIsRoom() {
        needed.clear();
        otherPercent = 29;
        start();
        rounds(100);

        assertThat(present()).isEqualTo(NAMES);
    }

    @Test
    void removesUnusedImagesTheLongestUnusedFirstUntilThereIsRoom() {
        start();
        rounds(1);
        for (var name : List.of("c", "a", "e", "b", "d")) {
            needed.remove(name);
            rounds(1);
        }

        // Five images of 10 % each: 40 more make 90 %, and 70 % are enough.
        otherPercent = 40;
        rounds(1);

        assertThat(present()).containsExactly("b", "d", "e");
        otherPercent = 49;
        rounds(5);
        assertThat(present()).as("79 %% is no reason to begin").containsExactly("b", "d", "e");
    }

    @Test
    void remembersOverARestartSinceWhenImagesAreUnused() {
        start();
        for (var name : List.of("e", "d", "c")) {
            needed.remove(name);
            rounds(1);
        }
        process.kill();
        process = simulation.process("agent");
        needed.clear();
        start();
        rounds(1);

        otherPercent = 40;
        rounds(1);

        assertThat(present()).containsExactly("a", "b", "c");
    }

    @Test
    void countsAnImageThatWasUsedAgainAsNew() {
        start();
        needed.clear();
        needed.addAll(List.of("b", "c", "d", "e"));
        rounds(1);
        needed.add("a");
        rounds(1);
        needed.clear();
        needed.add("a");
        rounds(1);
        needed.clear();
        rounds(1);

        otherPercent = 40;
        rounds(1);

        assertThat(present()).containsExactly("a", "d", "e");
    }

    @Test
    void keepsEveryImageThatIsNeededHoweverFullTheDiskIs() {
        needed.remove("b");
        otherPercent = 50;
        start();
        rounds(3);

        assertThat(present()).containsExactly("a", "c", "d", "e");
    }

    @Test
    void removesNothingBeforeItIsKnownWhatIsNeeded() throws Exception {
        Files.createDirectories(directory.resolve("logs/app/web-0"));
        Files.writeString(directory.resolve("logs/app/web-0/1.log"), "output");
        known = false;
        otherPercent = 50;
        start();
        rounds(60 * 24 * 3);

        assertThat(present()).isEqualTo(NAMES);
        assertThat(directory.resolve("logs/app/web-0/1.log")).exists();
    }

    @Test
    void removesTheOutputOfATaskThatIsGoneAfterADay() throws Exception {
        Files.createDirectories(directory.resolve("logs/app/web-0"));
        Files.writeString(directory.resolve("logs/app/web-0/1.log"), "output");
        start();
        rounds(60 * 23);
        assertThat(directory.resolve("logs/app/web-0/1.log")).exists();
        rounds(60 + 2);

        assertThat(directory.resolve("logs/app")).doesNotExist();
    }

    @Test
    void leavesImagesOfOtherRegistriesAlone() {
        var other = ImageReference.parse("elsewhere.example/x@" + "sha256:" + "f".repeat(64));
        simulation.runIn(process, ROUND, () -> {
            server.offer(
                    other,
                    new ImageConfig(
                            List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
            runtime.pull(other);
        });
        needed.clear();
        otherPercent = 60;
        start();
        rounds(3);

        assertThat(present()).containsExactly("elsewhere.example/x");
    }

    @Test
    void asksAgainBeforeEachRemovalWhatIsNeeded() {
        needed.clear();
        otherPercent = 50;
        // The first round asks once for all, then before each removal; the second removal's answer is the third.
        added.add(3);
        start();
        rounds(2);

        assertThat(present()).containsExactly("b", "e");
    }

    @Test
    void goesOnOnceTheDiskAndTheRuntimeAnswerAgain() {
        needed.clear();
        otherPercent = 40;
        diskAnswers = false;
        var upkeep = start();
        rounds(2);
        assertThat(upkeep.health().ready()).isFalse();
        diskAnswers = true;
        server.daemonDies();
        rounds(2);
        assertThat(upkeep.health().ready()).isFalse();

        server.daemonReturns();
        rounds(1);

        assertThat(upkeep.health().ready()).isTrue();
        assertThat(present()).hasSize(3);
    }

    private Upkeep start() {
        var places = new Upkeep.Places(directory.resolve("image-use"), directory.resolve("logs"), "registry.banyan");
        var upkeep = new Upkeep(process.env(), runtime, this::percentUsed, places, this::needs);
        upkeep.start();
        return upkeep;
    }

    private void rounds(int rounds) {
        simulation.runFor(ROUND.multipliedBy(rounds));
    }

    private int percentUsed() {
        if (!diskAnswers) {
            throw new HostException("the disk does not answer");
        }
        return otherPercent + 10 * runtimeImages();
    }

    private Optional<Needs.Needed> needs() {
        if (!added.isEmpty()) {
            int left = added.removeFirst() - 1;
            if (left == 0) {
                needed.add("b");
            } else {
                added.add(left);
            }
        }
        var images =
                Set.copyOf(needed.stream().map(name -> image(name).toString()).toList());
        return known ? Optional.of(new Needs.Needed(images, Map.<Path, Instant>of())) : Optional.empty();
    }

    private int runtimeImages() {
        try {
            return runtime.images().size();
        } catch (InterruptedException cancelled) {
            throw new IllegalStateException(cancelled);
        }
    }

    private List<String> present() {
        var names = new ArrayList<String>();
        simulation.runIn(simulation.process("looker"), ROUND, () -> runtime.images().stream()
                .map(image -> image.references().getFirst())
                .map(reference -> reference.substring(0, reference.indexOf('@')))
                .map(repository -> repository.replace("registry.banyan/", ""))
                .sorted()
                .forEach(names::add));
        return names;
    }

    private static ImageReference image(String name) {
        return ImageReference.parse("registry.banyan/" + name + "@sha256:" + name.repeat(64));
    }
}
