package dev.banyan.runtime.simulation.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedTime;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.fault.Strike;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What stays, what is lost, and what fails. */
class SimulatedDiskTest {
    private final Simulation simulation = new Simulation(3);
    private final SimulatedHost host = simulation.host("h");
    private SimulatedDisk disk = SimulatedDisk.of(host, FaultPlan.none(3));

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void keepsWhatWasForcedWithItsDirectoryWhateverIsLost() throws IOException {
        everythingUnforcedIsLost("/a", "/");
        Files.writeString(file("a"), "kept");
        force(file("a"));
        force(disk.root());

        host.reboot();

        assertThat(Files.readString(file("a"))).isEqualTo("kept");
    }

    @Test
    void losesTheNameOfAFileWhoseDirectoryWasNotForced() throws IOException {
        everythingUnforcedIsLost("/a", "/");
        Files.writeString(file("a"), "kept");
        force(file("a"));

        host.reboot();

        assertThat(file("a")).doesNotExist();
    }

    @Test
    void losesTheContentOfAFileThatWasNotForced() throws IOException {
        everythingUnforcedIsLost("/a", "/");
        Files.writeString(file("a"), "lost");
        force(disk.root());

        host.reboot();

        assertThat(Files.readString(file("a"))).doesNotContain("lost");
    }

    @Test
    void happensToKeepEverythingWithoutAStrike() throws IOException {
        Files.createDirectories(file("d/e"));
        Files.writeString(file("d/e/a"), "kept");
        Files.move(file("d/e/a"), file("d/b"));

        host.reboot();

        assertThat(Files.readString(file("d/b"))).isEqualTo("kept");
        assertThat(file("d/e/a")).doesNotExist();
    }

    @Test
    void losesNothingWhenAProcessIsKilled() throws IOException {
        everythingUnforcedIsLost("/a", "/");
        var process = host.process("p");
        Files.writeString(file("a"), "kept");

        process.kill();

        assertThat(Files.readString(file("a"))).isEqualTo("kept");
    }

    @Test
    void bringsBackWhatWasDeletedButNotForced() throws IOException {
        everythingUnforcedIsLost("/");
        Files.writeString(file("a"), "old");
        disk.settle();
        Files.delete(file("a"));

        host.reboot();

        assertThat(Files.readString(file("a"))).isEqualTo("old");
    }

    @Test
    void aMoveToAnotherDirectoryIsKeptWholeOrNotAtAll() throws IOException {
        var outcomes = new HashSet<String>();
        for (long seed = 0; seed < 60; seed++) {
            disk = SimulatedDisk.of(simulation.host("m" + seed), lossesOf(seed));
            Files.createDirectories(file("from"));
            Files.createDirectories(file("to"));
            Files.writeString(file("from/a"), "x");
            disk.settle();
            Files.move(file("from/a"), file("to/b"));
            disk.host().reboot();
            outcomes.add(Files.exists(file("from/a")) + " " + Files.exists(file("to/b")));
        }

        assertThat(outcomes).containsExactlyInAnyOrder("true false", "false true");
    }

    @Test
    void forcingTheNewDirectoryOfAMoveForcesTheOldOneOfIt() throws IOException {
        everythingUnforcedIsLost("/", "/from", "/to");
        Files.createDirectories(file("from"));
        Files.createDirectories(file("to"));
        Files.writeString(file("from/a"), "x");
        disk.settle();
        Files.move(file("from/a"), file("to/b"));
        force(file("to"));

        host.reboot();

        assertThat(file("from/a")).doesNotExist();
        assertThat(file("to/b")).exists();
    }

    @Test
    void keepsAFirstPartOfNamesInTheOrderInWhichTheyWereMade() throws IOException {
        var kept = new HashSet<List<String>>();
        for (long seed = 0; seed < 100; seed++) {
            disk = SimulatedDisk.of(simulation.host("n" + seed), lossesOf(seed));
            for (var name : List.of("c", "a", "b")) {
                Files.createFile(file(name));
            }
            disk.host().reboot();
            kept.add(names(disk.root()));
        }

        assertThat(kept).containsExactlyInAnyOrder(List.of(), List.of("c"), List.of("a", "c"), List.of("a", "b", "c"));
    }

    @Test
    void tearsAWriteWhereASectorEnds() throws IOException {
        var lengths = new HashSet<Integer>();
        for (long seed = 0; seed < 200; seed++) {
            disk = SimulatedDisk.of(simulation.host("t" + seed), lossesOf(seed));
            Files.createFile(file("a"));
            disk.settle();
            Files.writeString(file("a"), "x".repeat(1_300));
            disk.host().reboot();
            lengths.add(written(Files.readAllBytes(file("a"))));
        }

        assertThat(lengths).containsExactlyInAnyOrder(0, 512, 1_024, 1_300);
    }

    @Test
    void sometimesHasTheNewLengthAndZeros() throws IOException {
        var sizes = new HashSet<Long>();
        for (long seed = 0; seed < 200; seed++) {
            disk = SimulatedDisk.of(simulation.host("z" + seed), lossesOf(seed));
            Files.createFile(file("a"));
            disk.settle();
            Files.writeString(file("a"), "x".repeat(600));
            disk.host().reboot();
            sizes.add(Files.size(file("a")));
        }

        assertThat(sizes).containsExactlyInAnyOrder(0L, 512L, 600L);
    }

    @Test
    void keepsWritesOfOneFileInOrder() throws IOException {
        for (long seed = 0; seed < 100; seed++) {
            disk = SimulatedDisk.of(simulation.host("o" + seed), lossesOf(seed));
            Files.createFile(file("log"));
            disk.settle();
            for (int i = 0; i < 10; i++) {
                Files.writeString(file("log"), Integer.toString(i), APPEND);
            }
            disk.host().reboot();

            assertThat("0123456789").startsWith(Files.readString(file("log")).replace("\0", ""));
        }
    }

    @Test
    void isFullAtItsCapacityAndHasRoomAgainAfterADelete() throws IOException {
        disk.capacity(1_000);
        Files.writeString(file("a"), "x".repeat(600));
        assertThatThrownBy(() -> Files.writeString(file("b"), "x".repeat(600)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(Files.size(file("b"))).isEqualTo(400); // what fitted
        assertThatThrownBy(() -> Files.createFile(file("c"))).hasMessageContaining("No space left");
        assertThat(disk.used()).isEqualTo(1_000);
        assertThat(Files.getFileStore(file("a")).getUsableSpace()).isZero();

        Files.writeString(file("a"), "y".repeat(600), WRITE); // in place needs no room
        Files.delete(file("b"));
        Files.writeString(file("c"), "x".repeat(400));

        assertThat(disk.used()).isEqualTo(1_000);
    }

    @Test
    void countsWhatIsUsedThroughEveryOperation() throws IOException {
        Files.writeString(file("a"), "12345");
        Files.writeString(file("b"), "123");
        Files.writeString(file("a"), "67", APPEND);
        assertThat(disk.used()).isEqualTo(10);
        Files.move(file("a"), file("b"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(disk.used()).isEqualTo(7);
        Files.writeString(file("b"), "1");
        assertThat(disk.used()).isEqualTo(1);
        host.reboot();
        assertThat(disk.used()).isEqualTo(1);
        Files.delete(file("b"));
        assertThat(disk.used()).isZero();
    }

    @Test
    void failsWithAnInputOutputErrorWhenStruck() {
        disk = SimulatedDisk.of(host, FaultPlan.all(3, List.of(DiskFaults.ERROR)));
        var failures = new ArrayList<String>();
        for (int i = 0; i < 2_000; i++) {
            try {
                Files.writeString(file("a"), "x");
            } catch (IOException failed) {
                failures.add(failed.getMessage());
            }
        }

        assertThat(failures).hasSizeBetween(20, 400).containsOnly("/a: Input/output error");
    }

    @Test
    void findsNoSpaceWhenStruck() {
        disk = SimulatedDisk.of(host, FaultPlan.all(3, List.of(DiskFaults.FULL)));

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        Files.writeString(file("a"), "x");
                    }
                })
                .hasMessageContaining("No space left on device");
    }

    @Test
    void whatAForceFailedForIsReadUntilThePowerGoesAndForcedNeverAgain() throws IOException {
        // the sixth occasion is the force: create, settled, then open, write, open
        var failing = only(DiskFaults.ERROR, "h:/a", 4);
        disk = SimulatedDisk.of(host, failing);
        Files.createFile(file("a")); // 1
        disk.settle();
        try (var channel = FileChannel.open(file("a"), WRITE)) { // 2
            channel.write(bytes("x")); // 3
            assertThatThrownBy(() -> channel.force(true)).hasMessageContaining("Input/output error"); // 4
            channel.force(true);
        }
        assertThat(Files.readString(file("a"))).isEqualTo("x");

        host.reboot();

        assertThat(Files.readString(file("a"))).isEmpty();
    }

    @Test
    void takesTimeInATaskAndNoneOutside() throws IOException {
        disk.latency(Duration.ofSeconds(1));
        Files.writeString(file("a"), "x");
        assertThat(simulation.time().elapsed()).isZero();
        var process = host.process("p");

        simulation.runIn(process, Duration.ofMinutes(1), () -> Files.writeString(file("a"), "y"));

        assertThat(simulation.time().elapsed()).isGreaterThan(Duration.ofMillis(10));
    }

    @Test
    void takesLongWhenStruck() {
        disk = SimulatedDisk.of(host, FaultPlan.all(3, List.of(DiskFaults.SLOW)));
        disk.latency(Duration.ZERO);
        simulation.runIn(host.process("p"), Duration.ofHours(1), () -> {
            for (int i = 0; i < 300; i++) {
                Files.exists(file("a"));
            }
        });

        assertThat(simulation.time().elapsed()).isGreaterThan(Duration.ofMillis(100));
    }

    @Test
    void aTaskOfTheHostEndsWhereThePowerFails() {
        var reached = new ArrayList<String>();
        disk.powerFailsAt(2, SimulatedDisk.Moment.BEFORE);
        host.process("p").env().tasks().spawn("writes", () -> {
            Files.createFile(file("a"));
            reached.add("a");
            Files.createFile(file("b"));
            reached.add("b");
        });

        simulation.runFor(Duration.ofMinutes(1));

        assertThat(reached).containsExactly("a");
        assertThat(host.isUp()).isFalse();
        assertThatThrownBy(() -> Files.readString(file("a"))).hasMessageContaining("no power");
        host.powerOn();
        assertThat(file("a")).exists();
        assertThat(file("b")).doesNotExist();
    }

    @Test
    void anOperationIsDoneWhenThePowerFailsAfterIt() {
        disk.powerFailsAt(1, SimulatedDisk.Moment.AFTER);
        assertThatThrownBy(() -> Files.createFile(file("a"))).hasMessageContaining("no power");
        host.powerOn();

        assertThat(file("a")).exists();
        assertThat(disk.operations()).isEqualTo(1);
    }

    @Test
    void anOpenFileEndsWithTheBoot() throws IOException {
        try (var channel = FileChannel.open(file("a"), CREATE, WRITE)) {
            host.reboot();

            assertThatThrownBy(() -> channel.write(bytes("x"))).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void aFileThatIsDeletedWhileOpenCanStillBeReadAndTakesNoRoom() throws IOException {
        Files.writeString(file("a"), "there");
        try (var channel = FileChannel.open(file("a"), READ, WRITE)) {
            Files.delete(file("a"));
            channel.write(bytes("still"), 0);
            var read = ByteBuffer.allocate(5);
            channel.read(read, 0);

            assertThat(new String(read.array(), UTF_8)).isEqualTo("still");
            assertThat(disk.used()).isZero();
        }
    }

    @Test
    void aSynchronousChannelForcesEachWrite() throws IOException {
        everythingUnforcedIsLost("/a", "/");
        Files.writeString(file("a"), "12345", CREATE, WRITE, SYNC);
        force(disk.root());

        host.reboot();

        assertThat(Files.readString(file("a"))).isEqualTo("12345");
    }

    @Test
    void keepsTimesByTheHostsWallClockAndRights() throws IOException {
        host.jumpWallClock(Duration.ofDays(1));
        var rights = PosixFilePermissions.fromString("rw-------");
        Files.createFile(file("a"), PosixFilePermissions.asFileAttribute(rights));
        assertThat(Files.getLastModifiedTime(file("a")).toInstant())
                .isEqualTo(SimulatedTime.START.plus(Duration.ofDays(1)));
        assertThat(Files.getPosixFilePermissions(file("a"))).isEqualTo(rights);
        assertThat(Files.isExecutable(file("a"))).isFalse();

        Files.setPosixFilePermissions(file("a"), PosixFilePermissions.fromString("rwx------"));
        Files.setLastModifiedTime(file("a"), FileTime.from(Instant.EPOCH));

        assertThat(Files.isExecutable(file("a"))).isTrue();
        assertThat(Files.getLastModifiedTime(file("a")).toInstant()).isEqualTo(Instant.EPOCH);
        assertThat(Files.getOwner(file("a")).getName()).isEqualTo("root");
    }

    @Test
    void namesTheOperationItDoesNotHave() throws IOException {
        Files.createFile(file("a"));
        assertThatThrownBy(() -> Files.createSymbolicLink(file("l"), file("a")))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("symbolic link /l");
        assertThatThrownBy(() -> file("a").toFile()).hasMessageContaining("toFile");
        assertThatThrownBy(() -> Files.copy(file("a"), file("b"))).hasMessageContaining("Files.copy of /a");
        try (var channel = FileChannel.open(file("a"), WRITE)) {
            assertThatThrownBy(channel::tryLock).hasMessageContaining("locking /a");
        }
    }

    @Test
    void readsWhatIsThereAndNotWhatIsNot() throws IOException {
        assertThatThrownBy(() -> Files.readString(file("a"))).isInstanceOf(NoSuchFileException.class);
        assertThat(Files.deleteIfExists(file("a"))).isFalse();
        Files.write(file("a"), List.of("one", "two"));
        assertThat(Files.readAllLines(file("a"))).containsExactly("one", "two");
        assertThat(Files.isRegularFile(file("a"))).isTrue();
        assertThat(Files.isDirectory(disk.root())).isTrue();
        try (var in = Files.newInputStream(file("a"))) {
            assertThat(in.readAllBytes()).hasSize(8);
        }
        assertThat(file("a").toRealPath()).isEqualTo(file("a"));
    }

    @Test
    void losesTheSameUnderTheSameSeed() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(leftOf(seed)).isEqualTo(leftOf(seed));
        }
    }

    private static String leftOf(long seed) throws IOException {
        try (var world = new Simulation(seed)) {
            var disk = SimulatedDisk.of(world.host("h"), lossesOf(seed));
            for (int i = 0; i < 20; i++) {
                Files.writeString(disk.root().resolve("f" + i), "x".repeat(100 * i));
            }
            disk.host().reboot();
            var left = new StringBuilder();
            for (var name : names(disk.root())) {
                left.append(name).append(Files.size(disk.root().resolve(name))).append(' ');
            }
            return left.toString();
        }
    }

    private static int written(byte[] content) {
        int count = 0;
        while (count < content.length && content[count] != 0) {
            count++;
        }
        return count;
    }

    private static FaultPlan lossesOf(long seed) {
        return FaultPlan.all(seed, List.of(DiskFaults.UNFORCED_LOST));
    }

    private static FaultPlan only(FaultKind kind, String place, long number) {
        return FaultPlan.only(3, Set.of(new Strike(kind.name(), place, number)), false);
    }

    /** At a single change the only first part that is smaller than all is nothing, or a torn one. */
    private void everythingUnforcedIsLost(String... places) {
        var strikes = new HashSet<Strike>();
        for (var place : places) {
            strikes.add(new Strike(DiskFaults.UNFORCED_LOST.name(), "h:" + place, 1));
        }
        disk = SimulatedDisk.of(host, FaultPlan.only(3, strikes, false));
    }

    private static List<String> names(Path directory) throws IOException {
        try (var found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static void force(Path path) throws IOException {
        try (var channel = FileChannel.open(path, READ)) {
            channel.force(true);
        }
    }

    private Path file(String name) {
        return disk.root().resolve(name);
    }
}
