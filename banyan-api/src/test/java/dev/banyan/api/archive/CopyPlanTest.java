package dev.banyan.api.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.archive.CopyPlan.Source;
import dev.banyan.api.archive.CopyPlan.There;
import org.junit.jupiter.api.Test;

/** The rules of {@code docker cp}. */
class CopyPlanTest {
    private static final Source FILE = new Source("file", false, false);
    private static final Source TREE = new Source("tree", true, false);
    private static final Source CONTENTS = new Source("tree", true, true);

    @Test
    void aFileTakesTheNameThatIsFreeOrAFilesPlaceOrGoesIntoADirectory() {
        assertThat(CopyPlan.of(FILE, "/tmp/new", There.NOTHING)).isEqualTo(new CopyPlan.To("/tmp/new"));
        assertThat(CopyPlan.of(FILE, "/tmp/old", There.FILE)).isEqualTo(new CopyPlan.To("/tmp/old"));
        assertThat(CopyPlan.of(FILE, "/tmp", There.DIRECTORY)).isEqualTo(new CopyPlan.To("/tmp/file"));
        assertThat(CopyPlan.of(FILE, "/tmp/", There.DIRECTORY)).isEqualTo(new CopyPlan.To("/tmp/file"));
        assertThat(CopyPlan.of(FILE, "/", There.DIRECTORY)).isEqualTo(new CopyPlan.To("/file"));
        assertThat(CopyPlan.of(FILE, ".", There.DIRECTORY)).isEqualTo(new CopyPlan.To("./file"));
    }

    @Test
    void aFileDoesNotBecomeADirectory() {
        assertThat(CopyPlan.of(FILE, "/tmp/new/", There.NOTHING)).isInstanceOf(CopyPlan.Refused.class);
        assertThat(CopyPlan.of(FILE, "/tmp/old/", There.FILE)).isInstanceOf(CopyPlan.Refused.class);
    }

    @Test
    void aDirectoryTakesTheNameThatIsFreeOrGoesIntoOneWithOrWithoutItsName() {
        assertThat(CopyPlan.of(TREE, "/tmp/new", There.NOTHING)).isEqualTo(new CopyPlan.To("/tmp/new"));
        assertThat(CopyPlan.of(TREE, "/tmp/new/", There.NOTHING)).isEqualTo(new CopyPlan.To("/tmp/new"));
        assertThat(CopyPlan.of(TREE, "/tmp", There.DIRECTORY)).isEqualTo(new CopyPlan.To("/tmp/tree"));
        assertThat(CopyPlan.of(CONTENTS, "/tmp", There.DIRECTORY)).isEqualTo(new CopyPlan.To("/tmp"));
        assertThat(CopyPlan.of(CONTENTS, "/tmp/.", There.DIRECTORY)).isEqualTo(new CopyPlan.To("/tmp"));
        assertThat(CopyPlan.of(CONTENTS, "/tmp/new", There.NOTHING)).isEqualTo(new CopyPlan.To("/tmp/new"));
    }

    @Test
    void aDirectoryDoesNotTakeAFilesPlace() {
        assertThat(CopyPlan.of(TREE, "/tmp/old", There.FILE))
                .isEqualTo(new CopyPlan.Refused("/tmp/old is a file, where a directory is wanted"));
    }
}
