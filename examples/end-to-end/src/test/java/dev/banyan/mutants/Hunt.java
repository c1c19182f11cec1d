package dev.banyan.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tries mutants: their tests pass without them and fail with them. */
final class Hunt {
    private final BuiltModules built;
    private final Path scratch;
    private final TestRun tests;

    Hunt(BuiltModules built, Path scratch) {
        this.built = built;
        this.scratch = scratch;
        this.tests = new TestRun(built, scratch);
    }

    /**
     * How one mutant fared.
     *
     * @param survived why it counts as not caught, empty when it was caught
     */
    record Catch(Mutant mutant, Duration took, String survived) {
        @Override
        public String toString() {
            var verdict = survived.isEmpty() ? "caught  " : "SURVIVED";
            return "%s %5.1f s  %-40s %s%s"
                    .formatted(
                            verdict,
                            took.toMillis() / 1_000.0,
                            mutant.name(),
                            String.join(
                                    ", ",
                                    mutant.tests().stream().map(Hunt::simple).toList()),
                            survived.isEmpty() ? "" : ": " + survived);
        }
    }

    /** What is wrong with the tests before anything is changed. */
    List<String> alreadyRed(List<Mutant> mutants) {
        var byModule = new TreeMap<String, TreeSet<String>>();
        mutants.forEach(mutant -> mutant.tests()
                .forEach(test -> byModule.computeIfAbsent(built.moduleOf(test), module -> new TreeSet<>())
                        .add(test)));
        return byModule.entrySet().stream()
                .flatMap(module -> {
                    var outcome = tests.run(module.getKey(), List.of(), List.copyOf(module.getValue()), List.of());
                    return outcome.green()
                            ? List.<String>of().stream()
                            : List.of(module.getKey() + ": " + outcome).stream();
                })
                .toList();
    }

    Catch pursue(Mutant mutant) {
        long started = System.nanoTime();
        var survived = survived(mutant);
        return new Catch(mutant, Duration.ofNanos(System.nanoTime() - started), survived);
    }

    private String survived(Mutant mutant) {
        var classes = directory(mutant);
        var refused = new Compilation(built).compile(List.of(mutant), classes);
        if (!refused.isEmpty()) {
            return "it does not compile: " + refused;
        }
        for (var test : mutant.tests()) {
            var outcome = tests.run(built.moduleOf(test), List.of(classes), List.of(test), mutant.properties());
            if (!outcome.catches(mutant, test)) {
                return simple(test) + (outcome.green() ? " passes" : " fails for another reason: " + outcome);
            }
        }
        return "";
    }

    private Path directory(Mutant mutant) {
        try {
            return Files.createDirectories(scratch.resolve(mutant.name()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String simple(String test) {
        return test.substring(test.lastIndexOf('.') + 1);
    }
}
