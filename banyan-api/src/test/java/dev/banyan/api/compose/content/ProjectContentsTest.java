package dev.banyan.api.compose.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Origin;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.FileEntry;
import dev.banyan.api.v1.FileTree;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProjectContentsTest {
    private final FakeTree disk = new FakeTree();
    private final ProjectContents contents = new ProjectContents(FakeTree.ROOT, disk);
    private final Complaints complaints = new Complaints();
    private final Spot spot = new Spot(
            complaints,
            Trail.ROOT.key("volumes"),
            Place.start(new Origin(0, new SourceText("compose.yaml", "x"), false)));

    @Test
    void aFileIsMountedUnderTheDigestOfWhatItHolds() {
        disk.file("nginx.conf", "abc".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0755);

        var mount = mount("nginx.conf");

        assertThat(mount)
                .contains(ContentMount.newBuilder()
                        .setKind(ContentMount.Kind.FILE)
                        .setName("nginx.conf")
                        .setContent("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
                        .setSize(3)
                        .setMode(0755)
                        .setTarget("/target")
                        .setReadOnly(true)
                        .build());
        assertThat(contents.all()).containsExactly(Content.of(ByteString.copyFromUtf8("abc")));
    }

    @Test
    void aDirectoryIsMountedWithAllThatIsInIt() throws Exception {
        disk.file("site/index.html", "page").file("site/css/a.css", "css").link("site/css/b.css", "../css/a.css");

        var mount = mount("site").orElseThrow();

        assertThat(mount.getKind()).isEqualTo(ContentMount.Kind.TREE);
        var tree = FileTree.parseFrom(contents.all().getFirst().bytes());
        assertThat(tree.getMode()).isEqualTo(0750);
        assertThat(tree.getEntriesList())
                .containsExactly(
                        FileEntry.newBuilder()
                                .setPath("css")
                                .setMode(0750)
                                .setDirectory(true)
                                .build(),
                        FileEntry.newBuilder()
                                .setPath("css/a.css")
                                .setMode(0644)
                                .setFile(ByteString.copyFromUtf8("css"))
                                .build(),
                        FileEntry.newBuilder()
                                .setPath("css/b.css")
                                .setLink("../css/a.css")
                                .build(),
                        FileEntry.newBuilder()
                                .setPath("index.html")
                                .setMode(0644)
                                .setFile(ByteString.copyFromUtf8("page"))
                                .build());
    }

    @Test
    void equalContentsAreOneAndAPathIsReadOnce() {
        disk.file("a", "same").file("b", "same");

        var one = mount("a").orElseThrow();
        var other = mount("./b").orElseThrow();
        disk.file("a", "changed meanwhile");

        assertThat(other.getContent()).isEqualTo(one.getContent());
        assertThat(mount("a")).contains(one);
        assertThat(contents.all()).hasSize(1);
    }

    @Test
    void knowsWhatIsOfTheProjectWithoutReadingIt() {
        assertThat(contents.ofProject("none")).isTrue();
        assertThat(contents.ofProject(".")).isTrue();
        assertThat(contents.ofProject("/srv/app/x")).isTrue();
        assertThat(contents.ofProject("../app/x")).isTrue();
        assertThat(contents.ofProject("../x")).isFalse();
        assertThat(contents.ofProject("/srv/application")).isFalse();
        assertThat(contents.ofProject("/var/run/docker.sock")).isFalse();
    }

    @Test
    void refusesWhatIsNotThereOrNotOfTheProject() {
        assertRefused("none", "\"none\" is not there");
        assertRefused("../x", "\"../x\" is not in the project's directory");
    }

    @Test
    void followsALinkWithinTheProjectAndRefusesOneThatLeadsOut() {
        disk.file("real", "text")
                .link("inside", "real")
                .link("outside", "../../etc/passwd")
                .link("dangling", "none");

        assertThat(mount("inside").orElseThrow().getSize()).isEqualTo(4);
        assertRefused("outside", "\"outside\" is a link that leads out of the project's directory");
        assertRefused("dangling", "\"dangling\" is not there");
    }

    @Test
    void refusesADirectoryWithALinkThatLeadsOutOfIt() {
        for (var target : List.of("/etc/passwd", "../secret", "../../x", "sub/../../secret")) {
            var tree = new FakeTree().file("secret", "x").link("site/out", target);
            var all = new ProjectContents(FakeTree.ROOT, tree);
            assertThat(all.projectFiles(spot, "site", "/t", false)).as(target).isEmpty();
        }
        assertThat(complaints.refusals()).hasSize(1).allSatisfy(refusal -> assertThat(refusal.message())
                .isEqualTo(
                        "\"site\" cannot be sent with the app: out is a link that leads out of the mounted directory"));
    }

    @Test
    void refusesADirectoryWithSomethingThatIsNoFile() {
        disk.file("run/a", "x").socket("run/app.sock");

        assertRefused("run", "\"run\" cannot be sent with the app: app.sock is neither a file nor a directory");
    }

    @Test
    void refusesWhatIsTooLarge() {
        disk.file("big", new byte[ContentLimits.PROJECT_MAX + 1], 0644);
        disk.file("dir/half", new byte[ContentLimits.PROJECT_MAX / 2 + 1], 0644);
        disk.file("dir/other", new byte[ContentLimits.PROJECT_MAX / 2], 0644);
        disk.file("fits", new byte[ContentLimits.PROJECT_MAX], 0644);

        assertRefused("big", "is larger than the 8192 KiB that are possible");
        assertThat(new ProjectContents(FakeTree.ROOT, disk)
                        .projectFiles(spot.key("d", spot.place()), "dir", "/t", false))
                .isEmpty();
        assertThat(mount("fits")).isPresent();
    }

    @Test
    void refusesTooManyFiles() {
        for (int i = 0; i <= ContentLimits.ENTRIES_MAX; i++) {
            disk.file("many/" + i, "");
        }
        assertRefused("many", "\"many\" cannot be sent with the app: it holds more than 4096 files");
    }

    @Test
    void refusesMoreThanAnAppMayHaveTogether() {
        for (int i = 0; i < 5; i++) {
            var bytes = new byte[ContentLimits.PROJECT_MAX];
            bytes[0] = (byte) i;
            disk.file("f" + i, bytes, 0644);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(mount("f" + i)).isPresent();
        }
        assertRefused("f4", "is too much: secrets, configs and files of the project have at most 32768 KiB together");
    }

    @Test
    void neverPrintsWhatAContentHolds() {
        assertThat(Content.of(ByteString.copyFromUtf8("k7marked")).toString()).doesNotContain("k7marked");
    }

    private Optional<ContentMount> mount(String source) {
        return contents.projectFiles(spot, source, "/target", true);
    }

    private void assertRefused(String source, String message) {
        var own = new Complaints();
        assertThat(contents.projectFiles(new Spot(own, spot.trail(), spot.place()), source, "/target", true))
                .isEmpty();
        assertThat(own.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.message()).isEqualTo(message);
            assertThat(refusal.suggestion().isPresent() || source.startsWith("..") || source.equals("outside"))
                    .isTrue();
        });
    }
}
