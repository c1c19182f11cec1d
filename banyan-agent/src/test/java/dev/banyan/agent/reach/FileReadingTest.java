package dev.banyan.agent.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.archive.TarEntry;
import dev.banyan.api.archive.TarReader;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.api.v1.ReadFilesRequest;
import dev.banyan.runtime.env.SystemEnv;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this process sees, in the place of what a container's does. */
class FileReadingTest {
    private static final long OWN = ProcessHandle.current().pid();

    @TempDir
    private Path directory = Path.of("");

    private final FakePerson person = new FakePerson(new SystemEnv());

    /** An entry as the person has it. */
    private record Got(TarEntry entry, String text) {}

    @Test
    void aFileComesWithItsModeAndTime() throws Exception {
        var file = Files.writeString(directory.resolve("data"), "content");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-x---"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));

        var outcome = read(file.toString(), false);

        assertThat(outcome.getDone()).isTrue();
        assertThat(outcome.getFiles()).isEqualTo(1);
        assertThat(outcome.getBytes()).isEqualTo(7);
        var got = got("data");
        assertThat(got.text()).isEqualTo("content");
        assertThat(got.entry().mode()).isEqualTo(0650);
        assertThat(got.entry().modified()).isEqualTo(1_700_000_000L);
        assertThat(person.seen().getFirst().getOpened()).isTrue();
        assertThat(person.seen().getLast().getEnd()).isTrue();
    }

    @Test
    void aDirectoryComesWithAllInItAndLinksAsLinks() throws Exception {
        Files.createDirectories(directory.resolve("tree/empty"));
        Files.writeString(directory.resolve("tree/data"), "content");
        Files.createSymbolicLink(directory.resolve("tree/link"), Path.of("data"));
        Files.createSymbolicLink(directory.resolve("tree/dangling"), Path.of("/nowhere"));

        assertThat(read(directory + "/tree", false).getFiles()).isEqualTo(5);

        assertThat(got().keySet())
                .containsExactlyInAnyOrder("tree", "tree/empty", "tree/data", "tree/link", "tree/dangling");
        assertThat(got("tree/link").entry().type()).isEqualTo(TarEntry.Type.SYMBOLIC_LINK);
        assertThat(got("tree/link").entry().link()).isEqualTo("data");
        assertThat(got("tree/empty").entry().type()).isEqualTo(TarEntry.Type.DIRECTORY);
    }

    @Test
    void aLinkStandsForItselfUnlessItIsToBeFollowed() throws Exception {
        Files.writeString(directory.resolve("data"), "content");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("data"));

        read(directory + "/link", false);
        assertThat(got("link").entry().type()).isEqualTo(TarEntry.Type.SYMBOLIC_LINK);
    }

    @Test
    void aLinkThatIsFollowedKeepsItsName() throws Exception {
        Files.writeString(directory.resolve("data"), "content");
        Files.createSymbolicLink(directory.resolve("link"), Path.of("data"));

        read(directory + "/link", true);
        assertThat(got("link").entry().type()).isEqualTo(TarEntry.Type.FILE);
        assertThat(got("link").text()).isEqualTo("content");
    }

    @Test
    void aSlashAtTheEndIsTheDirectoryItself() throws Exception {
        Files.createDirectory(directory.resolve("real"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("real"));

        read(directory + "/link/", false);

        assertThat(got()).containsOnlyKeys("link");
        assertThat(got("link").entry().type()).isEqualTo(TarEntry.Type.DIRECTORY);
    }

    @Test
    void whatIsNotThereIsAbsentAndNothingIsOpened() throws Exception {
        for (var path : new String[] {"/none", "/none/deeper", "/data/below"}) {
            var outcome = read(directory + path, false);
            assertThat(outcome.getFailure().getKind()).as(path).isEqualTo(ReachFailure.Kind.ABSENT);
            assertThat(outcome.getFailure().getMessage()).contains(directory + path);
        }
        assertThat(person.seen()).isEmpty();
    }

    @Test
    void aLinkToNothingCannotBeFollowed() throws Exception {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("/nowhere/at/all"));

        var outcome = read(directory + "/link", true);

        assertThat(outcome.getFailure().getKind()).isEqualTo(ReachFailure.Kind.FAILED);
        assertThat(outcome.getFailure().getMessage()).contains("the link leads to nothing");
    }

    @Test
    void aFileOfTheKernelThatHasNoSizeComesWhole() throws Exception {
        read("/proc/self/status", true);

        assertThat(got("status").text()).contains("Name:", "Pid:\t");
    }

    @Test
    void whatIsNeitherFileNorDirectoryIsLeftOutAndTold() throws Exception {
        var socket = directory.resolve("socket");
        try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));

            assertThat(read(directory.toString(), false).getDone()).isTrue();
        }

        assertThat(got()).hasSize(1);
        assertThat(person.notes()).hasSize(1);
        assertThat(person.notes().getFirst()).endsWith("/socket is neither file, directory nor link, and was left out");
    }

    @Test
    void aTreeWithoutEndEndsAndSaysHowFarItCame() throws Exception {
        var deep = directory.resolve("deep");
        for (int i = 0; i < 300; i++) {
            deep = deep.resolve("d");
        }
        Files.createDirectories(deep);

        var outcome = read(directory + "/deep", false);

        assertThat(outcome.getFailure().getMessage()).contains("is more than 256 directories deep");
        assertThat(outcome.getFiles()).isEqualTo(256);
    }

    @Test
    void aPersonWhoGoesEndsTheReading() throws IOException {
        Files.writeString(directory.resolve("data"), "content");
        var gone = new Person() {
            @Override
            public ReachUp receive() {
                throw new AssertionError("nothing is asked");
            }

            @Override
            public boolean send(ReachDown part) {
                return part.hasOpened();
            }
        };

        assertThatThrownBy(() -> new FileReading(OWN, gone)
                        .read(ReadFilesRequest.newBuilder()
                                .setPath(directory + "/data")
                                .build()))
                .isInstanceOf(InterruptedException.class);
    }

    private ReachOutcome read(String path, boolean follow) throws InterruptedException {
        return new FileReading(OWN, person)
                .read(ReadFilesRequest.newBuilder()
                        .setPath(path)
                        .setFollow(follow)
                        .build());
    }

    private Got got(String name) throws IOException {
        return Objects.requireNonNull(got().get(name), name);
    }

    private Map<String, Got> got() throws IOException {
        var all = new LinkedHashMap<String, Got>();
        var tar = new TarReader(new ByteArrayInputStream(person.data()));
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            var text = new StringBuilder();
            var buffer = new byte[4096];
            for (int read = tar.read(buffer); read >= 0; read = tar.read(buffer)) {
                text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            }
            all.put(entry.get().name(), new Got(entry.get(), text.toString()));
        }
        return all;
    }
}
