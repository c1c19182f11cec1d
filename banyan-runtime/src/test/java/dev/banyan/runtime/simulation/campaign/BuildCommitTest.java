package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildCommitTest {
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir
    private Path tree;

    private Path git;
    private Path inside;

    @BeforeEach
    void makeAWorkingTree() throws IOException {
        git = Files.createDirectories(tree.resolve(".git"));
        inside = Files.createDirectories(tree.resolve("a/b"));
    }

    @Test
    void isWhatTheBranchThatIsCheckedOutPointsTo() throws IOException {
        write(git.resolve("HEAD"), "ref: refs/heads/main");
        write(git.resolve("refs/heads/main"), COMMIT);

        assertThat(BuildCommit.at(inside)).isEqualTo(COMMIT);
    }

    @Test
    void isWhatIsCheckedOutWithoutABranch() throws IOException {
        write(git.resolve("HEAD"), COMMIT);

        assertThat(BuildCommit.at(tree)).isEqualTo(COMMIT);
    }

    @Test
    void isFoundAmongPackedReferences() throws IOException {
        write(git.resolve("HEAD"), "ref: refs/heads/main");
        write(git.resolve("packed-refs"), "# pack-refs\nffff refs/heads/other\n" + COMMIT + " refs/heads/main");

        assertThat(BuildCommit.at(inside)).isEqualTo(COMMIT);
    }

    @Test
    void isFoundFromAWorkingTreeBesideTheFirst() throws IOException {
        write(git.resolve("worktrees/second/HEAD"), "ref: refs/heads/second");
        write(git.resolve("worktrees/second/commondir"), "../..");
        write(git.resolve("refs/heads/second"), COMMIT);
        write(tree.resolve("a/.git"), "gitdir: " + git.resolve("worktrees/second"));

        assertThat(BuildCommit.at(inside)).isEqualTo(COMMIT);
    }

    @Test
    void isUnknownWhereNothingSaysIt() throws IOException {
        assertThat(BuildCommit.at(inside)).isEqualTo("unknown");
        write(git.resolve("HEAD"), "ref: refs/heads/main");
        assertThat(BuildCommit.at(inside)).isEqualTo("unknown");
        write(git.resolve("packed-refs"), "ffff refs/heads/other");
        assertThat(BuildCommit.at(inside)).isEqualTo("unknown");
    }

    private static void write(Path file, String line) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, line + "\n");
    }
}
