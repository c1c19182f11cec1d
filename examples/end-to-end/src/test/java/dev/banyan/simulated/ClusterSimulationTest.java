package dev.banyan.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.simulated.CrashSearch.Deed;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wanted is what runs, exactly and once, whatever happens on the way; and then nothing is written any more. */
class ClusterSimulationTest {
    /** Tellings of each story; {@code -Dbanyan.simulation.seeds} for a longer look. */
    private static final int SEEDS = Integer.getInteger("banyan.simulation.seeds", 20);

    @TempDir(factory = MemoryDisk.class)
    private Path disk;

    @ParameterizedTest
    @EnumSource
    void aStoryEndsAsWanted(Story story) throws InterruptedException {
        Telling.lightly(() -> {
            for (long seed = 0; seed < SEEDS; seed++) {
                Telling.of(story, seed).tell(disk.resolve(story.name() + seed), false);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aStoryEndsAsWantedThoughProcessesDieAndMessagesAreLost(Story story) throws InterruptedException {
        Telling.lightly(() -> {
            for (long seed = 0; seed < SEEDS; seed++) {
                Telling.of(story, seed).over(Telling.BAD_NETWORK).tell(disk.resolve(story.name() + seed), true);
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "DEPLOY, WRITE_OF_ENGINE, 20",
        "DEPLOY, CALL_OF_AGENT, 6",
        "SCALE, WRITE_OF_ENGINE, 30",
        "SCALE, WRITE_OF_AGENT, 10",
        "CHANGE_IMAGE, WRITE_OF_ENGINE, 30",
        "CHANGE_IMAGE, WRITE_OF_AGENT, 10",
        "CHANGE_IMAGE, CALL_OF_AGENT, 12",
        "REMOVE_AND_DEPLOY_AGAIN, WRITE_OF_ENGINE, 40",
        "REMOVE_AND_DEPLOY_AGAIN, WRITE_OF_AGENT, 10",
        "REMOVE_AND_DEPLOY_AGAIN, CALL_OF_AGENT, 14",
        "CONTAINERS_DIE, WRITE_OF_AGENT, 10",
        "CONTAINERS_DIE, CALL_OF_AGENT, 10"
    })
    void aStoryEndsAsWantedWhereverAProcessDies(Story story, Deed deed, int atLeast) throws InterruptedException {
        Telling.lightly(() -> assertThat(new CrashSearch(story, deed, 1, disk).all())
                .as("crash points")
                .isGreaterThanOrEqualTo(atLeast));
    }

    @Test
    void theSameSeedIsTheSameStory() throws InterruptedException {
        Telling.lightly(() -> {
            var telling = Telling.of(Story.CHANGE_IMAGE, 7).over(Telling.BAD_NETWORK);

            long first = telling.tell(disk.resolve("first"), true);

            assertThat(telling.tell(disk.resolve("second"), true)).isEqualTo(first);
            assertThat(Telling.of(Story.CHANGE_IMAGE, 8)
                            .over(Telling.BAD_NETWORK)
                            .tell(disk.resolve("other"), true))
                    .isNotEqualTo(first);
        });
    }
}
