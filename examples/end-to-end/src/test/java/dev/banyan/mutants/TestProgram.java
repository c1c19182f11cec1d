package dev.banyan.mutants;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests in a JVM of their own and writes down how they ended. */
final class TestProgram {
    /** Enough for a message and the first frames. */
    private static final int TEXT_MAX = 4_000;

    private TestProgram() {}

    /** The file to write and the tests to run: a class, or a class, {@code #} and a method. */
    public static void main(String[] words) throws IOException, ReflectiveOperationException {
        var results = new Properties();
        var selectors = new ArrayList<DiscoverySelector>();
        for (var test : List.of(words).subList(1, words.length)) {
            selectors.add(selector(test));
        }
        var request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
        LauncherFactory.create().execute(request, new Clerk(results));
        try (var file = Files.newBufferedWriter(Path.of(words[0]))) {
            results.store(file, null);
        }
        // Tasks that a broken program leaves behind must not keep the JVM.
        Runtime.getRuntime().halt(0);
    }

    private static DiscoverySelector selector(String test) throws ClassNotFoundException {
        var parts = test.split("#");
        var owner = Class.forName(parts[0]);
        if (parts.length == 1) {
            return DiscoverySelectors.selectClass(owner);
        }
        for (Class<?> declaring = owner; declaring != null; declaring = declaring.getSuperclass()) {
            var method = Arrays.stream(declaring.getDeclaredMethods())
                    .filter(candidate -> candidate.getName().equals(parts[1]))
                    .findFirst();
            if (method.isPresent()) {
                return DiscoverySelectors.selectMethod(owner, method.get());
            }
        }
        throw new IllegalArgumentException("there is no test " + test);
    }

    private static final class Clerk implements TestExecutionListener {
        private final Properties results;
        private int tests;
        private int failures;

        Clerk(Properties results) {
            this.results = results;
        }

        @Override
        public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
            tests += test.isTest() ? 1 : 0;
            result.getThrowable().ifPresent(failure -> {
                var said = new StringWriter();
                failure.printStackTrace(new PrintWriter(said));
                var text = said.toString();
                results.setProperty("failure." + failures + ".test", test.getUniqueId());
                results.setProperty(
                        "failure." + failures + ".kind",
                        TestOutcome.kindOf(failure).name());
                results.setProperty(
                        "failure." + failures + ".text", text.substring(0, Math.min(TEXT_MAX, text.length())));
                failures++;
            });
            results.setProperty("tests", Integer.toString(tests));
        }
    }
}
