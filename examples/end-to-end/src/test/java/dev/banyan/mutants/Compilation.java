package dev.banyan.mutants;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles changed sources against everything else as it was built. Warnings count for nothing here: a mutant need not be tidy. */
final class Compilation {
    private final BuiltModules built;

    Compilation(BuiltModules built) {
        this.built = built;
    }

    /**
     * Compiles the changed sources of mutants of different files and modules of one release.
     *
     * @param into gets the classes
     * @return what the compiler refuses, empty when all is well
     */
    List<String> compile(List<Mutant> mutants, Path into) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var said = new DiagnosticCollector<JavaFileObject>();
        var options = List.of(
                "--release",
                BuiltModules.release(mutants.getFirst().module()),
                "-proc:none",
                "-nowarn",
                "-parameters",
                "-implicit:none",
                "-cp",
                built.toCompile(),
                "-d",
                into.toString());
        var sources = mutants.stream()
                .map(mutant -> new Changed(mutant, mutant.applied(built.read(mutant.source()))))
                .toList();
        var task = compiler.getTask(
                null,
                compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8),
                said,
                options,
                null,
                sources);
        var compiled = task.call();
        return compiled
                ? List.of()
                : said.getDiagnostics().stream()
                        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                        .map(diagnostic -> diagnostic.getSource() + ": " + diagnostic.getMessage(Locale.ROOT))
                        .toList();
    }

    private static final class Changed extends SimpleJavaFileObject {
        private final Mutant mutant;
        private final String text;

        Changed(Mutant mutant, String text) {
            super(URI.create("mutant:///" + mutant.source()), Kind.SOURCE);
            this.mutant = mutant;
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        @Override
        public String toString() {
            return "mutant " + mutant.name();
        }
    }
}
