package dev.banyan.examples.expectations;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import dev.banyan.api.v1.JsonSchemas;
import dev.banyan.api.v1.KindAccess;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.DecodeException;
import dev.banyan.runtime.resource.Kind;

/** The kind: how many backends somebody expects of a service, and whether they are there. */
final class Expectation {
    /** Under which name this program joins; what it may write hangs on it. */
    static final String CONTROLLER = "expectations";

    static final Kind<Spec, Status> KIND = new Kind<>(
            "expectations.example.com",
            Kind.Scope.NAMESPACED,
            new Json<>(Spec.class, new Spec("", 0)),
            new Json<>(Status.class, new Status(0, false, "")));

    private static final String SPEC =
            """
            {"type": "object", "additionalProperties": false, "required": ["service", "backends"],
             "properties": {
               "service": {"type": "string", "minLength": 3, "description": "app and service, as shop.web"},
               "backends": {"type": "integer", "minimum": 1, "maximum": 1000}}}
            """;

    private static final String STATUS =
            """
            {"type": "object", "additionalProperties": false,
             "properties": {
               "backends": {"type": "integer"}, "met": {"type": "boolean"}, "message": {"type": "string"}}}
            """;

    /** What the engine is told: admins write the spec, this program the status, and nobody else anything. */
    static final RegisterKindRequest DEFINITION = RegisterKindRequest.newBuilder()
            .setKind(KIND.name())
            .setDefinition(KindDefinitionSpec.newBuilder()
                    .setScope(KindDefinitionSpec.Scope.NAMESPACED)
                    .setSchemas(JsonSchemas.newBuilder().setSpec(SPEC).setStatus(STATUS))
                    .setAccess(KindAccess.newBuilder()
                            .addSpecWriters("admin")
                            .addStatusWriters("controller/" + CONTROLLER)))
            .build();

    private Expectation() {}

    /** {@code service} is an app's and its service's name with a dot between. */
    record Spec(String service, int backends) {}

    /** What is there. */
    record Status(int backends, boolean met, String message) {}

    /** A record as JSON; fields come in the order of its components, so that equal records are equal bytes. */
    private record Json<T>(Class<T> type, T empty) implements Codec<T> {
        @Override
        public Bytes encode(T value) {
            return Bytes.utf8(new Gson().toJson(value));
        }

        @Override
        public T decode(Bytes bytes) {
            try {
                return bytes.isEmpty() ? empty : new Gson().fromJson(bytes.toUtf8(), type);
            } catch (JsonParseException malformed) {
                throw new DecodeException("no " + type.getSimpleName(), malformed);
            }
        }
    }
}
