package dev.banyan.api.compose.schema;

import static dev.banyan.api.compose.schema.Shape.fields;
import static dev.banyan.api.compose.schema.Shape.list;
import static dev.banyan.api.compose.schema.Shape.listOrOne;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Shape.Bare;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.One;
import dev.banyan.api.compose.schema.Shape.Pairs;
import java.util.Optional;

/** How many, how large, where, and how it is changed. */
final class DeployKeys {
    /** Most replicas of a service. */
    static final int REPLICAS_MAX = 1000;

    /** More processes than any container needs. */
    private static final long PIDS_MAX = 1_000_000;

    private static final One TEXT = new One(Forms.TEXT);
    private static final One DURATION = new One(Forms.DURATION);
    private static final One PIDS = new One(Forms.whole(1, PIDS_MAX));

    static final Fields DEVICE = fields(
                    "capabilities",
                    list(TEXT, Uniqueness.WHOLE),
                    "count",
                    new One(Forms.wholeOr("all", -1, 1024)),
                    "device_ids",
                    list(TEXT, Uniqueness.WHOLE),
                    "driver",
                    TEXT,
                    "options",
                    new Pairs(Bare.EMPTY))
            .with(DeployKeys::counted);

    static final Fields DEPLOY = fields(
            "autoscale", autoscale(),
            "endpoint_mode", new One(Forms.word("endpoint mode", "vip", "dnsrr")),
            "labels", new Pairs(Bare.EMPTY),
            "mode", new One(Forms.word("mode of deployment", "replicated", "global", "replicated-job", "global-job")),
            "placement", placement(),
            "replicas", new One(Forms.whole(0, REPLICAS_MAX)),
            "resources", resources(),
            "restart_policy", restartPolicy(),
            "rollback_config", change("pause", "continue"),
            "update_config", change("pause", "continue", "rollback"));

    private DeployKeys() {}

    /** Devices are counted or named. */
    private static Mapping counted(Mapping device, Spot spot, Base base) {
        if (device.member("count").isPresent() && device.member("device_ids").isPresent()) {
            spot.refuse("cannot have both \"count\" and \"device_ids\"");
        }
        return device;
    }

    private static Fields autoscale() {
        return fields(
                        "cooldown", DURATION,
                        "max", new One(Forms.whole(1, REPLICAS_MAX)),
                        "min", new One(Forms.whole(0, REPLICAS_MAX)),
                        "target_cpu", new One(Forms.whole(1, 100)))
                .with(DeployKeys::ordered);
    }

    private static Mapping ordered(Mapping autoscale, Spot spot, Base base) {
        var least = number(autoscale, "min");
        var most = number(autoscale, "max");
        if (least.isPresent() && most.isPresent() && least.get() > most.get()) {
            spot.refuse("has a \"min\" above its \"max\"");
        }
        return autoscale;
    }

    /** One that is no number has been refused by then. */
    private static Optional<Long> number(Mapping mapping, String key) {
        return mapping.member(key)
                .map(Member::value)
                .filter(Scalar.class::isInstance)
                .map(value -> ((Scalar) value).text())
                .filter(text -> text.matches("[0-9]{1,6}"))
                .map(Long::valueOf);
    }

    private static Fields placement() {
        return fields(
                "constraints", list(TEXT),
                "max_replicas_per_node", new One(Forms.whole(0, REPLICAS_MAX)),
                "node", listOrOne(new One(Forms::glob), Uniqueness.WHOLE),
                "platform", new One(Forms.PLATFORM),
                "preferences", list(fields("spread", TEXT).needs("spread")));
    }

    private static Fields resources() {
        var cores = new One(Forms.CORES);
        var bytes = new One(Forms.BYTES);
        var counted = fields("kind", TEXT, "value", new One(Forms.whole(0, Integer.MAX_VALUE)));
        return fields(
                "limits",
                fields("cpus", cores, "memory", bytes, "pids", PIDS),
                "reservations",
                fields(
                        "cpus", cores,
                        "devices", list(DEVICE.needs("capabilities")),
                        "generic_resources", list(fields("discrete_resource_spec", counted)),
                        "memory", bytes,
                        "pids", PIDS));
    }

    private static Fields restartPolicy() {
        return fields(
                "condition",
                new One(Forms.word("condition", "none", "on-failure", "any")),
                "delay",
                DURATION,
                "max_attempts",
                new One(Forms.whole(0, 1_000_000)),
                "window",
                DURATION);
    }

    private static Fields change(String... failureActions) {
        return fields(
                "delay", DURATION,
                "failure_action", new One(Forms.word("action", failureActions)),
                "max_failure_ratio", new One(Amounts.decimal(0, 1)),
                "monitor", DURATION,
                "order", new One(Forms.word("order", "start-first", "stop-first")),
                "parallelism", new One(Forms.whole(0, REPLICAS_MAX)));
    }
}
