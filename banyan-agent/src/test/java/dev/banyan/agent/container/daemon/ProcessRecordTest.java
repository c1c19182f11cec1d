package dev.banyan.agent.container.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessRecordTest {
    private static final String STAT = "77 (a (b) c) S 1 77 77 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 1 1 1";

    @Test
    void readsTheStartTimeBehindANameWithParentheses() {
        assertThat(ProcessRecord.parseStat(77, STAT)).contains(new ProcessRecord(77, 4711));
    }

    @Test
    void takesAProcessThatOnlyWaitsForItsParentForDead() {
        assertThat(ProcessRecord.parseStat(77, STAT.replace(" S ", " Z "))).isEmpty();
    }

    @Test
    void knowsTheProcessThatRunsThisTest() {
        long own = ProcessHandle.current().pid();

        var record = ProcessRecord.of(own).orElseThrow();

        assertThat(record.alive()).isTrue();
        assertThat(new ProcessRecord(own, record.startTicks() + 1).alive()).isFalse();
        assertThat(ProcessRecord.of(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void knowsWhetherAProcessSeesTheSameMounts() {
        var self = ProcessRecord.of(ProcessHandle.current().pid()).orElseThrow();

        assertThat(self.sharesMounts()).isTrue();
        assertThat(new ProcessRecord(1L << 40, 1).sharesMounts())
                .as("there is no such process")
                .isFalse();
    }

    @Test
    void comesBackFromItsFile(@TempDir Path directory) throws Exception {
        var file = directory.resolve("pid");
        var record = new ProcessRecord(12, 345);

        Files.writeString(file, record.text());

        assertThat(ProcessRecord.read(file)).contains(record);
        assertThat(ProcessRecord.read(directory.resolve("absent"))).isEmpty();
    }

    @Test
    void takesADamagedFileForNone() {
        assertThat(ProcessRecord.parse("12")).isEmpty();
        assertThat(ProcessRecord.parse("")).isEmpty();
        assertThat(ProcessRecord.parse("12 x")).isEmpty();
    }

    @Test
    void findsAProcessByOneOfItsArguments(@TempDir Path directory) throws Exception {
        var marker = directory.resolve("marker").toString();
        var process = new ProcessBuilder("tail", "-f", "/dev/null", "--retry", marker).start();
        try {
            while (process.isAlive() && ProcessRecord.findByArgument(marker).isEmpty()) {
                Thread.onSpinWait(); // the kernel shows the arguments a moment after the program has begun
            }
            assertThat(ProcessRecord.findByArgument(marker))
                    .map(ProcessRecord::pid)
                    .contains(process.pid());
            assertThat(ProcessRecord.findByArgument(marker + "x")).isEmpty();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(ProcessRecord.findByArgument(marker)).isEmpty();
    }
}
