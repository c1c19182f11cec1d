package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Amounts;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.RestartPolicy.Mode;
import dev.banyan.api.v1.ServiceManifest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;

/** Decodes {@code deploy}, and what a service may say in its place: how many, how large, where. */
final class DeployDecoder {
    /** The kernel's own. */
    private static final long PERIOD_MICROS = 100_000;

    private final Mapping service;
    private final Mapping deploy;
    private final Spot spot;

    private DeployDecoder(Mapping service, Spot spot) {
        this.service = service;
        this.deploy = service.mapping("deploy");
        this.spot = spot;
    }

    static void decode(Mapping service, Spot spot, ServiceManifest.Builder into) {
        new DeployDecoder(service, spot).decode(into);
    }

    private void decode(ServiceManifest.Builder into) {
        either("scale", "replicas").map(Integer::parseInt).ifPresent(into::setReplicas);
        mode(into);
        for (var label : deploy.mapping("labels").members()) {
            into.putDeployLabels(
                    label.key(), deploy.mapping("labels").text(label.key()).orElse(""));
        }
        var limits = quota(amounts("limits", "cpus", "mem_limit", "pids_limit"));
        if (present(limits) || deploy.mapping("resources").member("limits").isPresent()) {
            into.setLimits(limits);
        }
        var reservations = amounts("reservations", "", "mem_reservation", "");
        if (present(reservations)
                || deploy.mapping("resources").member("reservations").isPresent()) {
            into.setReservations(reservations);
        }
        var placement = placement();
        if (!placement.equals(Placement.getDefaultInstance())
                || deploy.member("placement").isPresent()) {
            into.setPlacement(placement);
        }
        deploy.member("restart_policy").ifPresent(member -> into.setRestart(restart(deploy.mapping("restart_policy"))));
        checkReservations(into);
    }

    private void mode(ServiceManifest.Builder into) {
        var mode = deploy.text("mode").orElse("replicated");
        if (mode.equals("replicated")) {
            return;
        }
        var member = deploy.member("mode").orElseThrow();
        var at = spot.key("deploy", member.at()).key("mode", member.value().place());
        if (!mode.equals("global")) {
            at.refuse(
                    "\"" + mode + "\" is not supported yet: it comes with jobs",
                    "write restart: on-failure, and let others wait for it with service_completed_successfully");
            return;
        }
        if (either("scale", "replicas").isPresent()) {
            at.refuse("\"global\" is one on every agent, and has no number of replicas", "remove one of them");
        }
        into.setGlobal(true).setReplicas(0);
    }

    private static boolean present(ResourceAmounts amounts) {
        return !amounts.equals(ResourceAmounts.getDefaultInstance());
    }

    /** What stands under a key of the service, or under a path of {@code deploy}; both must say the same. */
    private Optional<String> either(String key, String path) {
        var outer = service.text(key);
        var at = deploy;
        var steps = path.split("\\.");
        for (int i = 0; i + 1 < steps.length; i++) {
            at = at.mapping(steps[i]);
        }
        var inner = at.text(steps[steps.length - 1]);
        var member = service.member(key);
        if (member.isPresent() && outer.isPresent() && inner.isPresent() && !outer.equals(inner)) {
            spot.key(key, member.get().value().place())
                    .refuse("says something else than \"deploy." + path + "\"", "remove one of them");
        }
        return inner.or(() -> outer);
    }

    private ResourceAmounts amounts(String sort, String cpus, String memory, String pids) {
        var path = "resources." + sort + ".";
        var decoded = ResourceAmounts.newBuilder();
        either(cpus, path + "cpus").ifPresent(text -> decoded.setCpuMilli(milli(text)));
        either(memory, path + "memory").map(Long::parseLong).ifPresent(decoded::setMemoryBytes);
        either(pids, path + "pids")
                .map(Long::parseLong)
                .filter(number -> number > 0)
                .ifPresent(decoded::setPids);
        return decoded.build();
    }

    /** With what {@code cpu_quota} says of {@code cpus}, which must be the same where both are given. */
    private ResourceAmounts quota(ResourceAmounts limits) {
        long quota = micros("cpu_quota");
        long period = micros("cpu_period");
        if (quota == 0) {
            return limits;
        }
        long milli = Math.max(1, Math.round(quota * 1000.0 / (period == 0 ? PERIOD_MICROS : period)));
        if (limits.getCpuMilli() != 0 && limits.getCpuMilli() != milli) {
            var at = service.member("cpu_quota").orElseThrow().value().place();
            spot.key("cpu_quota", at).refuse("says something else than \"cpus\"", "remove one of them");
        }
        return limits.toBuilder().setCpuMilli(milli).build();
    }

    /** A number of microseconds, or a duration; 0 where there is none. */
    private long micros(String key) {
        var text = service.text(key).orElse("0");
        return text.matches("[0-9]+")
                ? Long.parseLong(text)
                : Amounts.duration(text).map(told -> told.toNanos() / 1000).orElse(0L);
    }

    private RestartPolicy restart(Mapping policy) {
        var condition = policy.text("condition").orElse("any");
        int attempts = policy.text("max_attempts").map(Integer::parseInt).orElse(0);
        if (attempts > 0 && condition.equals("none")) {
            var at = policy.member("max_attempts").orElseThrow().at();
            spot.key("deploy", at)
                    .key("restart_policy", at)
                    .key("max_attempts", at)
                    .refuse("counts restarts, of which there are none", "write condition: on-failure or any");
        }
        var decoded = RestartPolicy.newBuilder();
        duration(policy, "delay").ifPresent(decoded::setDelayMs);
        duration(policy, "window").ifPresent(decoded::setWindowMs);
        return switch (condition) {
            case "none" -> RestartPolicy.newBuilder().setMode(Mode.NEVER).build();
            case "on-failure" ->
                decoded.setMode(Mode.ON_FAILURE).setRetriesMax(attempts).build();
            default -> decoded.setMode(Mode.ALWAYS).setRetriesMax(attempts).build();
        };
    }

    /** In whole milliseconds, rounded up: a window of less would be none. */
    private static Optional<Long> duration(Mapping policy, String key) {
        return policy.text(key).flatMap(Amounts::duration).map(duration -> duration.plusNanos(999_999)
                .toMillis());
    }

    private static long milli(String cores) {
        return new BigDecimal(cores)
                .movePointRight(3)
                .setScale(0, RoundingMode.HALF_UP)
                .max(BigDecimal.ONE)
                .longValue();
    }

    private Placement placement() {
        var placement = deploy.mapping("placement");
        var decoded = Placement.newBuilder()
                .addAllAgents(placement.texts("node").stream().sorted().toList());
        either("platform", "placement.platform").ifPresent(decoded::setPlatform);
        placement.text("max_replicas_per_node").map(Integer::parseInt).ifPresent(decoded::setReplicasMaxPerAgent);
        PlacementDecoder.decode(
                placement, spot.key("deploy", placement.place()).key("placement", placement.place()), decoded);
        return decoded.build();
    }

    /** What is set aside for a container can never be more than what it may use. */
    private void checkReservations(ServiceManifest.Builder manifest) {
        var at = service.member("deploy").isPresent() ? spot.key("deploy", deploy.place()) : spot;
        var limits = manifest.getLimits();
        var reservations = manifest.getReservations();
        if (exceeds(reservations.getCpuMilli(), limits.getCpuMilli())) {
            at.refuse("reserves more cpus than its limit");
        }
        if (exceeds(reservations.getMemoryBytes(), limits.getMemoryBytes())) {
            at.refuse("reserves more memory than its limit");
        }
        if (exceeds(reservations.getPids(), limits.getPids())) {
            at.refuse("reserves more pids than its limit");
        }
    }

    private static boolean exceeds(long reserved, long limit) {
        return limit > 0 && reserved > limit;
    }
}
