package dev.banyan.agent.material;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.agent.material.Materials.Outcome;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.ContentMount;
import dev.banyan.api.v1.FileEntry;
import dev.banyan.api.v1.FileTree;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaterialsTest {
    private static final String CONTENT = "c".repeat(64);

    private final Queue<List<MaterialPart>> answers = new ArrayDeque<>();

    @TempDir
    private Path directory;

    @Test
    void asksNobodyForATaskWithoutMaterial() {
        var task = task(ContainerSpec.newBuilder().putEnvironment("OLD", "in clear"));

        assertThat(materials().prepare(task)).isEqualTo(new Outcome.Ready(Map.of("OLD", "in clear"), List.of()));
        assertThat(materials().uids()).isEmpty();
    }

    @Test
    void asksOnceInABootAndFindsItAgain() {
        answers.add(List.of(variables("A", "1"), variables("B", "2"), last()));
        var task = task(environment());

        var first = materials().prepare(task);
        var again = materials().prepare(task);

        assertThat(first).isEqualTo(new Outcome.Ready(Map.of("A", "1", "B", "2"), List.of()));
        assertThat(again).isEqualTo(first);
        assertThat(materials().uids()).containsExactly(task.uid());
    }

    @Test
    void waitsWhileNoEngineAnswersOrKnowsTheTask() {
        for (var reason : List.of(Reason.UNAVAILABLE, Reason.DENIED, Reason.FENCED)) {
            assertThat(refusing(reason).prepare(task(environment()))).isEqualTo(new Outcome.Waiting("no: " + reason));
        }
    }

    @Test
    void doesNotWaitForWhatWillNotCome() {
        for (var reason : List.of(Reason.CORRUPT, Reason.NOT_FOUND)) {
            assertThat(refusing(reason).prepare(task(environment()))).isEqualTo(new Outcome.Refused("no: " + reason));
        }
    }

    @Test
    void placesASecretWithItsModeForRootAlone() throws IOException {
        answers.add(List.of(data("half "), data("and half"), last()));
        var task = task(mounting(secret().setMode(0440)));

        var ready = (Outcome.Ready) materials().prepare(task);

        var shown = ready.mounts().getFirst();
        assertThat(shown.target()).isEqualTo("/run/secrets/key");
        assertThat(shown.readOnly()).isTrue();
        assertThat(shown.source()).hasContent("half and half");
        assertThat(modeOf(shown.source())).isEqualTo("r--r-----");
        assertThat(modeOf(directory.resolve(task.uid()))).isEqualTo("rwx------");
    }

    @Test
    void unpacksATreeWithModesAndLinks() throws IOException {
        var tree = FileTree.newBuilder()
                .setMode(0755)
                .addEntries(entry("conf").setMode(0500).setDirectory(true))
                .addEntries(entry("conf/run.sh").setMode(0755).setFile(ByteString.copyFromUtf8("#!/bin/sh")))
                .addEntries(entry("conf/link").setLink("run.sh"));
        answers.add(List.of(data(tree.build().toByteString()), last()));
        var task = task(mounting(secret().setKind(ContentMount.Kind.TREE)));

        var home =
                ((Outcome.Ready) materials().prepare(task)).mounts().getFirst().source();

        assertThat(modeOf(home)).isEqualTo("rwxr-xr-x");
        assertThat(modeOf(home.resolve("conf"))).isEqualTo("r-x------");
        assertThat(modeOf(home.resolve("conf/run.sh"))).isEqualTo("rwxr-xr-x");
        assertThat(Files.readSymbolicLink(home.resolve("conf/link"))).isEqualTo(Path.of("run.sh"));
        materials().forget(task.uid());
        assertThat(home).doesNotExist();
    }

    @Test
    void refusesTreesThatLeadOutOfTheirDirectory() {
        var link = entry("out").setLink("/etc");
        for (var wrong : List.of(
                List.of(entry("../outside").setFile(ByteString.EMPTY)),
                List.of(entry("/etc/outside").setFile(ByteString.EMPTY)),
                List.of(link, entry("out/passwd").setFile(ByteString.EMPTY)),
                List.of(entry("a/b").setFile(ByteString.EMPTY)),
                List.of(entry("").setFile(ByteString.EMPTY)))) {
            var tree = FileTree.newBuilder().setMode(0755);
            wrong.forEach(tree::addEntries);
            answers.add(List.of(data(tree.build().toByteString()), last()));

            var task = task(mounting(secret().setKind(ContentMount.Kind.TREE)));
            assertThat(materials().prepare(task)).as(tree.toString()).isInstanceOf(Outcome.Refused.class);
            materials().forget(task.uid());
        }
        assertThat(directory.resolve("outside")).doesNotExist();
    }

    @Test
    void isWholeOrNotThere() {
        answers.add(List.of(variables("A", "1"), last()));
        var task = task(mounting(secret())
                .setSealedEnvironment(SealedEnvironment.newBuilder().setDigest("d")));

        assertThat(materials().prepare(task)).isInstanceOf(Outcome.Refused.class);
        assertThat(directory.resolve(task.uid())).doesNotExist();

        answers.add(List.of(variables("A", "1"), data("content"), last()));
        assertThat(materials().prepare(task)).isInstanceOf(Outcome.Ready.class);
    }

    @Test
    void startsAnewFromWhatAKilledAgentLeftHalfMade() throws IOException {
        var task = task(mounting(secret()));
        var left = Files.createDirectories(directory.resolve(task.uid() + ".new"));
        Files.writeString(left.resolve("0"), "half");
        assertThat(materials().uids()).containsExactly(task.uid());
        answers.add(List.of(data("whole"), last()));

        var ready = (Outcome.Ready) materials().prepare(task);

        assertThat(ready.mounts().getFirst().source()).hasContent("whole");
        assertThat(left).doesNotExist();
    }

    @Test
    void forgetsAllOfATaskAndDoesNotMindWhenThereIsNothing() {
        answers.add(List.of(data("content"), last()));
        var task = task(mounting(secret()));
        materials().prepare(task);

        materials().forget(task.uid());
        materials().forget(task.uid());

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void neverPrintsValues() {
        answers.add(List.of(variables("A", "k7marked"), last()));

        assertThat(materials().prepare(task(environment())).toString())
                .contains("A")
                .doesNotContain("k7marked");
    }

    private Materials materials() {
        return new Materials(directory, task -> answers.remove());
    }

    private Materials refusing(Reason reason) {
        return new Materials(directory, task -> {
            throw new ApiException(reason, "no: " + reason);
        });
    }

    private static ContainerSpec.Builder environment() {
        return ContainerSpec.newBuilder()
                .setSealedEnvironment(SealedEnvironment.newBuilder().setDigest("d"));
    }

    private static ContainerSpec.Builder mounting(ContentMount.Builder mount) {
        return ContainerSpec.newBuilder().addContentMounts(mount);
    }

    private static ContentMount.Builder secret() {
        return ContentMount.newBuilder()
                .setKind(ContentMount.Kind.SECRET)
                .setName("key")
                .setContent(CONTENT)
                .setTarget("/run/secrets/key")
                .setMode(0444)
                .setReadOnly(true);
    }

    private static MaterialPart variables(String name, String value) {
        return MaterialPart.newBuilder().putVariables(name, value).build();
    }

    private static MaterialPart data(String text) {
        return data(ByteString.copyFromUtf8(text));
    }

    private static MaterialPart data(ByteString bytes) {
        return MaterialPart.newBuilder().setContent(CONTENT).setData(bytes).build();
    }

    private static MaterialPart last() {
        return MaterialPart.newBuilder().setLast(true).build();
    }

    private static FileEntry.Builder entry(String path) {
        return FileEntry.newBuilder().setPath(path).setMode(0644);
    }

    private static String modeOf(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
    }

    private static Resource<TaskSpec, TaskStatus> task(ContainerSpec.Builder container) {
        var store = new MemoryStore(new SystemEnv());
        var key = Kinds.TASKS.key("default", "shop.web.1.0.0");
        var spec = TaskSpec.newBuilder().setContainer(container).build();
        assertThat(store.commit(Commit.of(new Write.Create(
                                Draft.of(key, Kinds.TASKS.spec().encode(spec)))))
                        .written())
                .isTrue();
        return Kinds.TASKS.decode(store.get(key, ReadAt.LATEST).orElseThrow());
    }
}
