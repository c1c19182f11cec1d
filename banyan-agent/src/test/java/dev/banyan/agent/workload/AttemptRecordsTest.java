package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptRecordsTest {
    private static final AttemptRecord FIRST = AttemptRecord.first("uid-1", 7, "boot-1");

    @TempDir
    private Path directory;

    private AttemptRecords records;

    @BeforeEach
    void open() {
        records = new AttemptRecords(directory.resolve("assignments"));
    }

    @Test
    void loadsWhatWasSavedLast() {
        var record = FIRST.started().ended(false, 5_000).started().failedHere(9_000);
        records.save(FIRST);
        records.save(record);

        assertThat(records.load("uid-1")).contains(record);
        assertThat(records.load("uid-2")).isEmpty();
    }

    @Test
    void remembersHowATaskEnded() {
        var record = FIRST.started().finished(new Step.Finish(Step.Outcome.FAILED, 137, "killed by signal 9"));
        records.save(record);

        assertThat(records.load("uid-1")).contains(record);
    }

    @Test
    void remembersAnEndWithoutAReason() {
        var record = FIRST.finished(new Step.Finish(Step.Outcome.EXITED, 0, ""));
        records.save(record);

        assertThat(records.load("uid-1")).contains(record);
    }

    @Test
    void hasNothingOfADamagedFile() throws Exception {
        records.save(FIRST);
        Files.writeString(directory.resolve("assignments/uid-1"), "torn");

        assertThat(records.load("uid-1")).isEmpty();
    }

    @Test
    void forgetsWhatWasDeleted() {
        records.save(FIRST);
        records.delete("uid-1");
        records.delete("uid-1");

        assertThat(records.load("uid-1")).isEmpty();
    }

    @Test
    void keepsAnEndOverAReboot() {
        var finish = new Step.Finish(Step.Outcome.EXITED, 0, "exit code 0");

        assertThat(FIRST.finished(finish).inBoot("boot-2").finish()).contains(finish);
    }
}
