package dev.banyan.engine.backing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMarkTest {
    private final long self = ProcessHandle.current().pid();

    @TempDir
    Path directory;

    @Test
    void aRecordNamesTheSameProcessForEver() throws IOException {
        var mark = ProcessMark.of(self).orElseThrow();
        var file = Files.writeString(directory.resolve("pid"), mark.text());

        assertThat(ProcessMark.recorded(file)).contains(mark);
        assertThat(mark.alive()).isTrue();
    }

    @Test
    void aProcessIdThatWasGivenAgainIsAnotherProcess() throws IOException {
        var mark = ProcessMark.of(self).orElseThrow();
        var former = new ProcessMark(self, mark.startTicks() - 1);

        assertThat(former.alive()).isFalse();
        assertThat(ProcessMark.recorded(Files.writeString(directory.resolve("pid"), former.text())))
                .isEmpty();
    }

    @Test
    void recordsThatCannotBeReadNameNobody() throws IOException {
        assertThat(ProcessMark.recorded(directory.resolve("missing"))).isEmpty();
        for (var text : new String[] {"", "12", "x y", "1 2 3", "99999999999 1", "-1 5"}) {
            assertThat(ProcessMark.recorded(Files.writeString(directory.resolve("pid"), text)))
                    .as(text)
                    .isEmpty();
        }
        assertThat(ProcessMark.of(Integer.MAX_VALUE)).isEmpty();
    }

    @Test
    void aDeadChildThatNobodyTookNoteOfIsNotAlive() throws Exception {
        var process = new ProcessBuilder("/bin/true").start();
        long pid = process.pid();
        process.waitFor();

        assertThat(ProcessMark.of(pid)).isEmpty();
    }

    @Test
    void anArgumentMatchesOnlyAsAWhole() throws Exception {
        var process = new ProcessBuilder("/bin/sleep", "600.25").start();
        try {
            var mark = ProcessMark.of(process.pid()).orElseThrow();
            while (process.isAlive() && !mark.has("600.25")) {
                Thread.onSpinWait(); // the kernel shows the arguments a moment after the program has begun
            }

            assertThat(mark.has("600.25")).isTrue();
            assertThat(mark.has("600")).isFalse();
            assertThat(mark.has("00.25")).isFalse();
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
    }

    @Test
    void showsNothingOnlyWhileItLivesWithoutArguments() throws Exception {
        assertThat(ProcessMark.of(self).orElseThrow().showsNothing()).isFalse();
        assertThat(new ProcessMark(Integer.MAX_VALUE, 1).showsNothing()).isFalse();
        // Threads of the kernel are processes that never had any.
        var silent = ProcessHandle.allProcesses()
                .flatMap(process -> ProcessMark.of(process.pid()).stream())
                .filter(ProcessMark::showsNothing)
                .toList();
        assertThat(silent)
                .noneMatch(mark -> mark.has(""))
                .doesNotContain(ProcessMark.of(self).orElseThrow());
    }
}
