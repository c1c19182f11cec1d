package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Decodes {@code deploy}: how many, how large, where. */
final class DeployDecoder {
    private DeployDecoder() {}

    static void decode(Mapping deploy, Spot spot, ServiceManifest.Builder service) {
        deploy.text("replicas").map(Integer::parseInt).ifPresent(service::setReplicas);
        var resources = deploy.mapping("resources");
        if (resources.member("limits").isPresent()) {
            service.setLimits(amounts(resources.mapping("limits")));
        }
        if (resources.member("reservations").isPresent()) {
            service.setReservations(amounts(resources.mapping("reservations")));
        }
        if (deploy.member("placement").isPresent()) {
            service.setPlacement(placement(deploy.mapping("placement")));
        }
        checkReservations(spot, service);
    }

    private static ResourceAmounts amounts(Mapping amounts) {
        var decoded = ResourceAmounts.newBuilder();
        amounts.text("cpus").ifPresent(text -> decoded.setCpuMilli(milli(text)));
        amounts.text("memory").map(Long::parseLong).ifPresent(decoded::setMemoryBytes);
        amounts.text("pids").map(Long::parseLong).ifPresent(decoded::setPids);
        return decoded.build();
    }

    private static long milli(String cores) {
        return new BigDecimal(cores)
                .movePointRight(3)
                .setScale(0, RoundingMode.HALF_UP)
                .max(BigDecimal.ONE)
                .longValue();
    }

    private static Placement placement(Mapping placement) {
        var decoded = Placement.newBuilder()
                .addAllAgents(placement.texts("node").stream().sorted().toList());
        placement.text("platform").ifPresent(decoded::setPlatform);
        placement.text("max_replicas_per_node").map(Integer::parseInt).ifPresent(decoded::setReplicasMaxPerAgent);
        return decoded.build();
    }

    /** What is set aside for a container can never be more than what it may use. */
    private static void checkReservations(Spot deploy, ServiceManifest.Builder service) {
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
