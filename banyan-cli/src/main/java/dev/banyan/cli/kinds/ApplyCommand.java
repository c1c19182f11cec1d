package dev.banyan.cli.kinds;

import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import dev.banyan.api.source.YamlValue;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.command.Program;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.JsonOutput;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes an object of a registered kind. */
@Command(
        name = "apply",
        description = "Creates or changes an object of a registered kind, as a file says it.",
        footer = {
            "",
            "The file is YAML or JSON with kind, name, spec, and labels if there are any.",
            "",
            "Examples:",
            "  banyan-cli apply -f nightly.yaml",
            "  echo '{\"kind\": \"greetings.example.com\", \"name\": \"hello\", \"spec\": {}}' | banyan-cli apply -f -"
        })
final class ApplyCommand implements Callable<Integer> {
    /** Half of what an object may have, and what the reader takes. */
    private static final int FILE_BYTES_MAX = 256 * 1024;

    private static final Set<String> FIELDS = Set.of("kind", "name", "labels", "spec");

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            required = true,
            description = "- reads it from standard input.")
    private String file = "-";

    private final Program program;

    ApplyCommand(Program program) {
        this.program = program;
    }

    private record Wanted(String kind, String name, Map<String, String> labels, Bytes spec) {}

    @Override
    public Integer call() {
        var wanted = wanted(text());
        try (var cluster = program.access().open()) {
            var store = cluster.store();
            var key = Registered.key(Registered.find(store, wanted.kind()), Apps.NAMESPACE, wanted.name());
            program.console().say(key + " " + write(store, key, wanted) + "\n");
            return ExitCode.OK.number();
        }
    }

    private static String write(Store store, ObjectKey key, Wanted wanted) {
        var found = store.get(key, ReadAt.LATEST);
        if (found.isEmpty()) {
            commit(store, new Write.Create(Draft.of(key, wanted.spec()).labelled(wanted.labels())));
            return "created";
        }
        var draft = Draft.from(found.get()).withSpec(wanted.spec()).labelled(wanted.labels());
        if (draft.equals(Draft.from(found.get()))) {
            return "unchanged";
        }
        commit(store, new Write.Update(found.get(), draft));
        return "changed";
    }

    static void commit(Store store, Write write) {
        WireErrors.failure(store.commit(Commit.of(write))).ifPresent(failure -> {
            throw failure;
        });
    }

    private Wanted wanted(String text) {
        var document = Tree.read(file, text);
        var problems = Problems.in(new SourceText(file, text));
        for (var entry : document.entries()) {
            if (!FIELDS.contains(entry.key().text())) {
                problems.add(entry.key().text(), entry.key().position(), "is not one of kind, name, labels, spec");
            }
        }
        var kind = word(document, "kind", problems);
        var name = word(document, "name", problems);
        var spec = document.value("spec");
        if (spec.isEmpty()) {
            problems.add("spec", document.position(), "is missing");
        }
        var labels = labels(document, problems);
        if (!problems.none()) {
            throw Tree.refused(problems);
        }
        return new Wanted(kind, name, labels, Bytes.utf8(JsonOutput.line(Tree.plain(spec.orElseThrow()))));
    }

    private static String word(YamlValue.Mapping document, String field, Problems problems) {
        if (document.value(field).orElse(null) instanceof YamlValue.Scalar scalar && !scalar.isNull()) {
            return scalar.text();
        }
        problems.add(field, document.position(), "is missing, or no text");
        return "";
    }

    private static Map<String, String> labels(YamlValue.Mapping document, Problems problems) {
        var labels = new TreeMap<String, String>();
        var value = document.value("labels");
        if (value.isPresent() && value.get() instanceof YamlValue.Mapping mapping) {
            for (var entry : mapping.entries()) {
                if (entry.value() instanceof YamlValue.Scalar scalar) {
                    labels.put(entry.key().text(), scalar.text());
                } else {
                    problems.add("labels." + entry.key().text(), entry.value().position(), "is no text");
                }
            }
        } else {
            value.ifPresent(other -> problems.add("labels", other.position(), "is no mapping of names to texts"));
        }
        return labels;
    }

    private String text() {
        try (var input = open()) {
            return new String(input.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new ContextException("cannot read " + file + ": " + unreadable.getMessage() + "\n", unreadable);
        }
    }

    private InputStream open() throws IOException {
        return file.equals("-")
                ? program.input()
                : Files.newInputStream(program.directory().resolve(file));
    }
}
