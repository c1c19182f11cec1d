package dev.banyan.mutants;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * How tests in a JVM of their own ended.
 *
 * @param tests that were run
 * @param failures of tests, or of what holds them
 * @param trouble why nothing can be said of the tests, empty when something can
 */
record TestOutcome(int tests, List<Failure> failures, String trouble) {
    TestOutcome {
        failures = List.copyOf(failures);
    }

    enum Kind {
        /** Something was not as a test wants it. */
        ASSERTION,
        /** The program does not hold together, which says nothing about tests. */
        LINKAGE,
        /** Any other exception. */
        EXCEPTION
    }

    /**
     * One failure.
     *
     * @param test as JUnit names it, its class and method in it
     */
    record Failure(String test, Kind kind, String text) {
        /** Whether it is the failure of a test that was asked for as class, or as class, {@code #} and method. */
        boolean isOf(String asked) {
            var parts = asked.split("#");
            return test.contains("[class:" + parts[0] + "]")
                    && (parts.length == 1 || test.contains(":" + parts[1] + "("));
        }
    }

    static TestOutcome without(String trouble) {
        return new TestOutcome(0, List.of(), trouble);
    }

    static TestOutcome of(Properties results) {
        var failures = new ArrayList<Failure>();
        for (int i = 0; results.containsKey("failure." + i + ".kind"); i++) {
            failures.add(new Failure(
                    results.getProperty("failure." + i + ".test", ""),
                    Kind.valueOf(results.getProperty("failure." + i + ".kind", "")),
                    results.getProperty("failure." + i + ".text", "")));
        }
        int tests = Integer.parseInt(results.getProperty("tests", "0"));
        return new TestOutcome(tests, failures, tests == 0 && failures.isEmpty() ? "no test was found" : "");
    }

    static Kind kindOf(Throwable failure) {
        boolean assertion = false;
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof LinkageError || cause instanceof ClassNotFoundException) {
                return Kind.LINKAGE;
            }
            assertion |= cause instanceof AssertionError;
        }
        return assertion ? Kind.ASSERTION : Kind.EXCEPTION;
    }

    /** Whether all tests passed. */
    boolean green() {
        return trouble.isEmpty() && failures.isEmpty();
    }

    /** Whether {@code test} failed, for a reason that shows that it looked at what the mutant breaks. */
    boolean catches(Mutant mutant, String test) {
        return failures.stream().filter(failure -> failure.isOf(test)).anyMatch(failure -> switch (failure.kind()) {
            case LINKAGE -> false;
            case ASSERTION -> mutant.says().map(failure.text()::contains).orElse(true);
            case EXCEPTION -> mutant.says().map(failure.text()::contains).orElse(false);
        });
    }
}
