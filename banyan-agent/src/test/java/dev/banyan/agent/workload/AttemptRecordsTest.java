package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CheckedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptRecordsTest {
    private static final AttemptRecord FIRST = AttemptRecord.first("uid-1", 7, "boot-1");
    private static final AttemptRecord RECORD =
            new AttemptRecord("uid-1", 77, 5, 3, 2, 1_234, 9_876, "boot-1", Optional.empty());

    @TempDir
    private Path disk;

    @Test
    void readsWhatWasSavedByAFormerProcess() {
        new AttemptRecords(disk).save(RECORD);

        assertThat(new AttemptRecords(disk).load("uid-1")).contains(RECORD);
    }

    @Test
    void theNewestRecordReplacesTheFormer() {
        var records = new AttemptRecords(disk);
        records.save(RECORD);
        records.save(RECORD.started());

        assertThat(records.load("uid-1")).contains(RECORD.started());
    }

    @Test
    void remembersHowATaskEnded() {
        var record = FIRST.started().finished(new Step.Finish(Step.Outcome.FAILED, 137, "killed by signal 9"));
        new AttemptRecords(disk).save(record);

        assertThat(new AttemptRecords(disk).load("uid-1")).contains(record);
    }

    @Test
    void remembersAnEndWithoutAReason() {
        var record = FIRST.finished(new Step.Finish(Step.Outcome.EXITED, 0, ""));
        new AttemptRecords(disk).save(record);

        assertThat(new AttemptRecords(disk).load("uid-1")).contains(record);
    }

    @Test
    void keepsAnEndOverAReboot() {
        var finish = new Step.Finish(Step.Outcome.EXITED, 0, "exit code 0");

        assertThat(FIRST.finished(finish).inBoot("boot-2").finish()).contains(finish);
    }

    @Test
    void knowsNothingOfOtherTasks() {
        new AttemptRecords(disk).save(RECORD);

        assertThat(new AttemptRecords(disk).load("uid-2")).isEmpty();
    }

    @Test
    void aDamagedRecordIsNone() throws Exception {
        var records = new AttemptRecords(disk);
        records.save(RECORD);
        Files.writeString(
                disk.resolve("uid-1"), Files.readString(disk.resolve("uid-1")).replace("77", "78"));

        assertThat(records.load("uid-1")).isEmpty();
    }

    @Test
    void aRecordOfAnotherFormIsNone() {
        new CheckedFile(disk.resolve("uid-1")).write("uid-1\n77\n");

        assertThat(new AttemptRecords(disk).load("uid-1")).isEmpty();
    }

    @Test
    void aDeletedRecordIsGoneAndMayBeDeletedAgain() {
        var records = new AttemptRecords(disk);
        records.save(RECORD);
        records.delete("uid-1");
        records.delete("uid-1");

        assertThat(records.load("uid-1")).isEmpty();
        assertThat(records.uids()).isEmpty();
    }

    @Test
    void namesTheTasksItHasRecordsOf() throws Exception {
        var records = new AttemptRecords(disk.resolve("later"));
        assertThat(records.uids()).as("before the first").isEmpty();

        records.save(RECORD);
        Files.writeString(disk.resolve("later/uid-9.new"), "half of a rec");

        assertThat(records.uids()).containsExactly("uid-1");
    }
}
