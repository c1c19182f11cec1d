package dev.banyan.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.BuildTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In every build: the mutants still fit the sources, which is what makes them worth anything. */
class MutantSetTest {
    private static final int MUTANTS_MIN = 40;

    private final BuiltModules built = new BuiltModules(BuildTree.root());
    private final List<Mutant> all = Mutant.in(directory());

    @TempDir
    private Path scratch;

    static Path directory() {
        return BuildTree.root().resolve("examples/end-to-end/src/test/mutants");
    }

    @Test
    void thereAreEnoughAndEachChangesSomething() {
        assertThat(all).hasSizeGreaterThanOrEqualTo(MUTANTS_MIN);
        assertThat(all).allSatisfy(mutant -> assertThat(mutant.applied(built.read(mutant.source())))
                .as(mutant.name())
                .isNotEqualTo(built.read(mutant.source())));
    }

    @Test
    void eachNamesTestsThatExist() {
        assertThat(all).allSatisfy(mutant -> assertThat(mutant.tests())
                .allSatisfy(test -> assertThat(built.moduleOf(test)).isNotEmpty()));
    }

    /** In rounds of one mutant for each source, since starting the compiler for each would take longer than all tests of this module. */
    @Test
    void eachCompiles() {
        var refused = new ArrayList<String>();
        var left = new ArrayList<>(all);
        while (!left.isEmpty()) {
            var sources = new HashSet<Path>();
            var round = left.stream()
                    .filter(mutant -> sources.add(mutant.source()))
                    .collect(Collectors.groupingBy(mutant -> BuiltModules.release(mutant.module())));
            round.values().forEach(some -> refused.addAll(new Compilation(built).compile(some, scratch)));
            round.values().forEach(left::removeAll);
        }

        assertThat(refused).isEmpty();
    }
}
