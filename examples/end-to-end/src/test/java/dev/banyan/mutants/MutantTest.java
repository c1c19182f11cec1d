package dev.banyan.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutantTest {
    private static final String HEADER =
            """
            why: counting from one
            source: banyan-x/src/main/java/X.java
            test: dev.banyan.XTest
            """;

    private static final String EDIT =
            """
            === instead of
            int i = 0;
            === stands
            int i = 1;
            """;

    @TempDir
    private Path directory;

    @Test
    void readsWhatIsChangedAndWhoMustNotice() {
        var mutant =
                Mutant.parse("01-one", HEADER + "test: dev.banyan.YTest#one\nproperty: a=b\nsays: off by\n" + EDIT);

        assertThat(mutant.name()).isEqualTo("01-one");
        assertThat(mutant.why()).isEqualTo("counting from one");
        assertThat(mutant.module()).isEqualTo("banyan-x");
        assertThat(mutant.tests()).containsExactly("dev.banyan.XTest", "dev.banyan.YTest#one");
        assertThat(mutant.properties()).containsExactly("a=b");
        assertThat(mutant.says()).isEqualTo(Optional.of("off by"));
        assertThat(mutant.applied("{ int i = 0; }")).isEqualTo("{ int i = 1; }");
    }

    @Test
    void changesSeveralPlacesAndLeavesOut() {
        var mutant = Mutant.parse(
                "02-two",
                HEADER + EDIT
                        + """
                === instead of
                    check(i);
                    use(i);
                === stands
                    use(i);
                === instead of
                audit();
                === stands
                """);

        assertThat(mutant.applied("int i = 0;\n    check(i);\n    use(i);\naudit();\n"))
                .isEqualTo("int i = 1;\n    use(i);\n\n");
    }

    @Test
    void refusesASourceThatItNoLongerFits() {
        var mutant = Mutant.parse("01-one", HEADER + EDIT);

        assertThatThrownBy(() -> mutant.applied("int i = 2;"))
                .hasMessageContaining("mutant 01-one: its old text is not in banyan-x/src/main/java/X.java");
        assertThatThrownBy(() -> mutant.applied("int i = 0; int i = 0;")).hasMessageContaining("more than once");
    }

    @Test
    void refusesWhatItDoesNotUnderstand() {
        assertThatThrownBy(() -> Mutant.parse("m", HEADER)).hasMessageContaining("changes nothing");
        assertThatThrownBy(() -> Mutant.parse("m", "wy: typo\n" + EDIT)).hasMessageContaining("'wy: typo'");
        assertThatThrownBy(() -> Mutant.parse("m", HEADER + "why: again\n" + EDIT))
                .hasMessageContaining("one why");
        assertThatThrownBy(() -> Mutant.parse("m", "why: x\nsource: y\n" + EDIT))
                .hasMessageContaining("no test");
        assertThatThrownBy(() -> Mutant.parse("m", HEADER + "=== instead of\nint i;\n"))
                .hasMessageContaining("=== stands");
        assertThatThrownBy(() -> Mutant.parse("m", HEADER + "=== instead of\n=== stands\nint i;\n"))
                .hasMessageContaining("needs its text");
    }

    @Test
    void readsADirectoryInOrder() throws Exception {
        Files.writeString(directory.resolve("02-b.mutant"), HEADER + EDIT);
        Files.writeString(directory.resolve("01-a.mutant"), HEADER + EDIT);
        Files.writeString(directory.resolve("notes.txt"), "no mutant");

        assertThat(Mutant.in(directory)).extracting(Mutant::name).isEqualTo(List.of("01-a", "02-b"));
    }
}
