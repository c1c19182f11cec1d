package dev.banyan.engine.definition;

import dev.banyan.api.v1.JsonSchemas;
import dev.banyan.api.v1.KindAccess;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindLimits;
import dev.banyan.api.v1.RegisterKindRequest;
import java.util.List;

/** Definitions for tests. */
public final class Definitions {
    public static final String ZONES = "zones.example.com";

    /** Of a zone, before anything was added to it. */
    public static final String SPEC = zone("");

    private static final String STATUS =
            "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {\"serial\": {\"type\": \"integer\"}}}";

    private Definitions() {}

    /** The schema of a zone with more fields, each written as {@code , "name": {...}}. */
    public static String zone(String more) {
        return "{\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"ttl\"], \"properties\": {"
                + "\"ttl\": {\"type\": \"integer\", \"minimum\": 1}" + more + "}}";
    }

    /** Zones: JSON, written by admins, reported on by the controller dns, read by the controller web. */
    public static KindDefinitionSpec.Builder zones() {
        return KindDefinitionSpec.newBuilder()
                .setScope(KindDefinitionSpec.Scope.NAMESPACED)
                .setSchemas(JsonSchemas.newBuilder().setSpec(SPEC).setStatus(STATUS))
                .setAccess(access(List.of("controller/web"), List.of("admin"), List.of("controller/dns")));
    }

    /** Bytes that are nobody's business, written by {@code writer}. */
    public static KindDefinitionSpec.Builder bytes(String writer) {
        return KindDefinitionSpec.newBuilder()
                .setScope(KindDefinitionSpec.Scope.NAMESPACED)
                .setLimits(KindLimits.newBuilder().setBytes(512 * 1024))
                .setAccess(access(List.of(), List.of(writer), List.of(writer)));
    }

    public static KindAccess access(List<String> readers, List<String> spec, List<String> status) {
        return KindAccess.newBuilder()
                .addAllReaders(readers)
                .addAllSpecWriters(spec)
                .addAllStatusWriters(status)
                .build();
    }

    public static RegisterKindRequest request(String kind, KindDefinitionSpec.Builder definition) {
        return RegisterKindRequest.newBuilder()
                .setKind(kind)
                .setDefinition(definition)
                .build();
    }
}
