package dev.banyan.engine.definition;

import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.engine.definition.schema.SchemaReader;
import dev.banyan.engine.definition.schema.SchemaReader.Reading;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a definition must be like before it is compared with any other. For one definition, by one task. */
final class DefinitionRules {
    /** Kinds of a cluster are counted on fingers; every grant is looked at for every object that is read or written. */
    static final int GRANTS_MAX = 50;

    static final int OBJECTS_MAX = 100_000;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,61}(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+");

    /** Groups of Banyan's own, now or later. */
    private static final Pattern RESERVED = Pattern.compile(".*\\.(banyan|banyan\\.dev|dev\\.banyan)");

    private final List<Violation> problems = new ArrayList<>();

    private DefinitionRules() {}

    /** Everything that is wrong. */
    static List<Violation> problems(String name, KindDefinitionSpec wanted) {
        var rules = new DefinitionRules();
        rules.name(name);
        rules.shape(wanted);
        rules.schemas(wanted);
        rules.access(wanted);
        rules.limits(wanted);
        return List.copyOf(rules.problems);
    }

    private void name(String name) {
        if (name.length() > ObjectKey.KIND_MAX || !NAME.matcher(name).matches()) {
            problem(
                    "kind",
                    "is a lower-case plural and a group that is yours, such as cronjobs.example.com, of at most "
                            + ObjectKey.KIND_MAX + " characters; not '" + name + "'");
        } else if (RESERVED.matcher(name).matches()) {
            problem("kind", "is in a group of Banyan's own");
        }
    }

    private void shape(KindDefinitionSpec wanted) {
        switch (wanted.getScope()) {
            case NAMESPACED, CLUSTER -> {}
            case SCOPE_UNSPECIFIED, UNRECOGNIZED -> problem("definition.scope", "is NAMESPACED or CLUSTER");
        }
        // A client that sets what the engine counts has misunderstood something.
        if (wanted.getVersion() != 0
                || !wanted.getAuthor().isEmpty()
                || wanted.getRemoval() != KindDefinitionSpec.Removal.NONE) {
            problem("definition", "has version, author or removal, which are written by the engine");
        }
    }

    private void schemas(KindDefinitionSpec wanted) {
        if (!wanted.hasSchemas()) {
            return;
        }
        if (wanted.getSchemas().getSpec().isEmpty()) {
            problem("definition.schemas.spec", "is missing; leave schemas out for objects that are no JSON");
        }
        var texts = Map.of(
                "definition.schemas.spec", wanted.getSchemas().getSpec(),
                "definition.schemas.status", wanted.getSchemas().getStatus());
        texts.forEach((path, text) -> {
            if (!text.isEmpty() && SchemaReader.read(path, text) instanceof Reading.Bad(var bad)) {
                problems.addAll(bad);
            }
        });
    }

    private void access(KindDefinitionSpec wanted) {
        var access = wanted.getAccess();
        grants("definition.access.readers", access.getReadersList());
        grants("definition.access.spec_writers", access.getSpecWritersList());
        grants("definition.access.status_writers", access.getStatusWritersList());
        if (access.getSpecWritersCount() == 0) {
            problem("definition.access.spec_writers", "is empty, so that nobody could create an object");
        }
    }

    private void grants(String path, List<String> grants) {
        if (grants.size() > GRANTS_MAX) {
            problem(path, "has more than " + GRANTS_MAX + " entries");
            return;
        }
        for (int i = 0; i < grants.size(); i++) {
            var where = path + "[" + i + "]";
            Grants.problem(grants.get(i)).ifPresent(problem -> problem(where, problem));
        }
    }

    private void limits(KindDefinitionSpec wanted) {
        var limits = wanted.getLimits();
        if (limits.getBytes() < 0 || limits.getBytes() > Commit.OBJECT_BYTES_MAX) {
            problem("definition.limits.bytes", "is at most " + Commit.OBJECT_BYTES_MAX);
        }
        if (limits.getObjects() < 0 || limits.getObjects() > OBJECTS_MAX) {
            problem("definition.limits.objects", "is at most " + OBJECTS_MAX);
        }
    }

    private void problem(String path, String message) {
        problems.add(new Violation(path, message));
    }
}
