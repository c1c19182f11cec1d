package dev.banyan.engine.definition;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.engine.definition.schema.JsonText;
import dev.banyan.engine.definition.schema.Paths;
import dev.banyan.engine.definition.schema.Schema;
import dev.banyan.engine.definition.schema.SchemaCheck;
import dev.banyan.engine.definition.schema.SchemaReader;
import dev.banyan.engine.definition.schema.SchemaReader.Reading;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Optional;

/** A registered kind as the front door uses it. Immutable. */
public final class DefinedKind {
    static final int BYTES_DEFAULT = 64 * 1024;
    static final int OBJECTS_DEFAULT = 10_000;

    private final StoredObject stored;
    private final KindDefinitionSpec spec;
    private final Optional<Schema> specSchema;
    private final Optional<Schema> statusSchema;

    private DefinedKind(
            StoredObject stored, KindDefinitionSpec spec, Optional<Schema> specSchema, Optional<Schema> statusSchema) {
        this.stored = stored;
        this.spec = spec;
        this.specSchema = specSchema;
        this.statusSchema = statusSchema;
    }

    /** What somebody does to objects of the kind. */
    public enum Deed {
        READ,
        /** Creates, updates, deletes. */
        WRITE_SPEC,
        /** Writes status and finalizers. */
        WRITE_STATUS
    }

    /** The kind that a stored definition defines. */
    static DefinedKind of(StoredObject stored) {
        var spec = Kinds.DEFINITIONS.spec().decode(stored.spec());
        return new DefinedKind(
                stored,
                spec,
                schema("spec", spec.getSchemas().getSpec()),
                schema("status", spec.getSchemas().getStatus()));
    }

    public String name() {
        return stored.key().name();
    }

    /** Holds while the definition is the one that judged. */
    public Precondition guard() {
        return new Precondition.Unchanged(stored.key(), stored.meta().revision());
    }

    /** False once it is being removed. */
    public boolean open() {
        return spec.getRemoval() == KindDefinitionSpec.Removal.NONE;
    }

    /** May a member of this role and name do that? */
    public boolean allows(String role, String member, Deed deed) {
        var access = spec.getAccess();
        return switch (deed) {
            case WRITE_SPEC -> Grants.cover(access.getSpecWritersList(), role, member);
            case WRITE_STATUS -> Grants.cover(access.getStatusWritersList(), role, member);
            case READ ->
                role.equals("admin")
                        || Grants.cover(access.getReadersList(), role, member)
                        || Grants.cover(access.getSpecWritersList(), role, member)
                        || Grants.cover(access.getStatusWritersList(), role, member);
        };
    }

    /** True when objects of the kind stand in this namespace, or in none. */
    public boolean lives(String namespace) {
        return (spec.getScope() == KindDefinitionSpec.Scope.CLUSTER) == namespace.equals(ObjectKey.CLUSTER_SCOPE);
    }

    /** Most bytes of a spec, and of a status. */
    public int bytesMax() {
        return Math.min(or(spec.getLimits().getBytes(), BYTES_DEFAULT), Commit.OBJECT_BYTES_MAX);
    }

    /** Most objects. */
    public int objectsMax() {
        return or(spec.getLimits().getObjects(), OBJECTS_DEFAULT);
    }

    /** What is wrong with a spec. */
    public List<Violation> checkSpec(Bytes content) {
        return specSchema.map(schema -> check(schema, "spec", content)).orElse(List.of());
    }

    /** What is wrong with a status; an empty one is what an object has before the first. */
    public List<Violation> checkStatus(Bytes content) {
        if (!spec.hasSchemas() || content.isEmpty()) {
            return List.of();
        }
        return statusSchema
                .map(schema -> check(schema, "status", content))
                .orElse(List.of(new Violation("status", name() + " has none")));
    }

    private static List<Violation> check(Schema schema, String half, Bytes content) {
        try {
            return SchemaCheck.check(schema, half, JsonText.parse(content));
        } catch (JsonText.Malformed malformed) {
            var path = malformed.path();
            var where = path.isEmpty() ? half : path.startsWith("[") ? half + path : Paths.field(half, path);
            return List.of(new Violation(where, malformed.words()));
        }
    }

    private static Optional<Schema> schema(String half, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        return switch (SchemaReader.read(half, text)) {
            case Reading.Good(var schema) -> Optional.of(schema);
            // Registration lets no such schema in; nothing is good under one that cannot be understood.
            case Reading.Bad bad -> Optional.of(Schema.NONE);
        };
    }

    private static int or(int given, int usual) {
        return given == 0 ? usual : given;
    }
}
