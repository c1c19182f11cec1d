package dev.banyan.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.BuildTree;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every mutant is caught by the tests that it names. Run by {@code bin/mutants}, which may name some of them. */
@Tag("mutants")
class MutantsTest {
    @TempDir
    private Path scratch;

    @Test
    void everyMutantIsCaught() {
        var hunt = new Hunt(new BuiltModules(BuildTree.root()), scratch);
        var chosen = chosen();

        assertThat(hunt.alreadyRed(chosen)).as("tests that fail unchanged").isEmpty();
        // Two JVMs on two cores: the whole set takes half the time.
        var fared = chosen.parallelStream()
                .map(hunt::pursue)
                .peek(System.out::println) // as it goes: the whole set takes minutes
                .toList();

        assertThat(fared).as("survivors").allSatisfy(one -> assertThat(one.survived())
                .isEmpty());
    }

    private static List<Mutant> chosen() {
        var names = Arrays.stream(System.getProperty("banyan.mutants", "").split("[, ]+"))
                .filter(name -> !name.isEmpty())
                .toList();
        var all = Mutant.in(MutantSetTest.directory());
        var chosen = all.stream()
                .filter(mutant -> names.isEmpty() || names.stream().anyMatch(mutant.name()::contains))
                .toList();
        assertThat(chosen).as("mutants named like one of " + names).isNotEmpty();
        return chosen;
    }
}
