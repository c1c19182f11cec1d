package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import java.util.List;
import java.util.regex.Pattern;

/** Decodes {@code deploy}: how many, how large, where. */
final class DeployDecoder {
    /** Most replicas of a service. */
    static final int REPLICAS_MAX = 1000;

    /** More processes than any container needs. */
    private static final long PIDS_MAX = 1_000_000;

    private static final Keys DEPLOY = Keys.of("replicas", "resources", "placement")
            .butNot("mode", "endpoint_mode", "labels", "update_config", "rollback_config", "restart_policy");
    private static final Keys RESOURCES = Keys.of("limits", "reservations");
    private static final Keys LIMITS = Keys.of("cpus", "memory", "pids");
    private static final Keys RESERVATIONS = Keys.of("cpus", "memory", "pids").butNot("devices", "generic_resources");
    private static final Keys PLACEMENT =
            Keys.of("node", "platform", "max_replicas_per_node").butNot("constraints", "preferences");

    private static final Pattern GLOB = Pattern.compile("[a-z0-9*?\\[\\]!-]{1,60}");
    private static final Pattern PLATFORM = Pattern.compile("[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?");

    private DeployDecoder() {}

    static void decode(Field deploy, ServiceManifest.Builder service) {
        for (var field : DEPLOY.of(deploy)) {
            switch (field.name()) {
                case "replicas" ->
                    field.integer(0, REPLICAS_MAX).ifPresent(number -> service.setReplicas((int) number));
                case "resources" -> resources(field, service);
                default -> service.setPlacement(placement(field));
            }
        }
        checkReservations(deploy, service);
    }

    private static void resources(Field resources, ServiceManifest.Builder service) {
        for (var field : RESOURCES.of(resources)) {
            if (field.name().equals("limits")) {
                service.setLimits(amounts(field, LIMITS));
            } else {
                service.setReservations(amounts(field, RESERVATIONS));
            }
        }
    }

    private static ResourceAmounts amounts(Field amounts, Keys keys) {
        var decoded = ResourceAmounts.newBuilder();
        for (var field : keys.of(amounts)) {
            switch (field.name()) {
                case "cpus" -> Amounts.milliCpus(field).ifPresent(decoded::setCpuMilli);
                case "memory" -> Amounts.bytes(field).ifPresent(decoded::setMemoryBytes);
                default -> field.integer(1, PIDS_MAX).ifPresent(decoded::setPids);
            }
        }
        return decoded.build();
    }

    private static Placement placement(Field placement) {
        var decoded = Placement.newBuilder();
        for (var field : PLACEMENT.of(placement)) {
            switch (field.name()) {
                case "node" -> decoded.addAllAgents(globs(field));
                case "platform" -> platform(field, decoded);
                default ->
                    field.integer(0, REPLICAS_MAX).ifPresent(number -> decoded.setReplicasMaxPerAgent((int) number));
            }
        }
        return decoded.build();
    }

    private static List<String> globs(Field field) {
        var items = field.isSequence() ? field.items() : List.of(field);
        for (var item : items) {
            var text = item.text();
            if (text.isPresent() && !GLOB.matcher(text.get()).matches()) {
                item.refuse("\"" + text.get() + "\" matches no agent's name", "write such as \"web-*\"");
            }
        }
        return items.stream().flatMap(item -> item.text().stream()).sorted().toList();
    }

    private static void platform(Field field, Placement.Builder decoded) {
        var text = field.text();
        if (text.isPresent() && !PLATFORM.matcher(text.get()).matches()) {
            field.refuse("\"" + text.get() + "\" is no platform", "write such as \"linux/amd64\"");
        }
        text.ifPresent(decoded::setPlatform);
    }

    /** What is set aside for a container can never be more than what it may use. */
    private static void checkReservations(Field deploy, ServiceManifest.Builder service) {
        var limits = service.getLimits();
        var reservations = service.getReservations();
        if (exceeds(reservations.getCpuMilli(), limits.getCpuMilli())) {
            deploy.refuse("reserves more cpus than its limit");
        }
        if (exceeds(reservations.getMemoryBytes(), limits.getMemoryBytes())) {
            deploy.refuse("reserves more memory than its limit");
        }
        if (exceeds(reservations.getPids(), limits.getPids())) {
            deploy.refuse("reserves more pids than its limit");
        }
    }

    private static boolean exceeds(long reserved, long limit) {
        return limit > 0 && reserved > limit;
    }
}
