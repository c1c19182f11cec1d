package dev.banyan.api.compose;

import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a manifest as a Compose file, for the round trip. */
final class ComposePrinter {
    private ComposePrinter() {}

    static String print(Manifest manifest) {
        var text = new StringBuilder("name: " + manifest.getName() + "\nservices:\n");
        manifest.getServicesList().forEach(service -> service(text, service));
        return text.toString();
    }

    private static void service(StringBuilder text, ServiceManifest service) {
        text.append("  ").append(service.getName()).append(":\n");
        line(text, "image: " + service.getImage());
        line(text, "restart: " + restart(service.getRestart()));
        if (service.hasCommand()) {
            line(text, "command: " + list(service.getCommand().getWordsList()));
        }
        if (service.hasEntrypoint()) {
            line(text, "entrypoint: " + list(service.getEntrypoint().getWordsList()));
        }
        line(
                text,
                "environment: "
                        + list(service.getEnvironmentMap().entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .toList()));
        line(
                text,
                "ports: ["
                        + String.join(
                                ", ",
                                service.getPortsList().stream()
                                        .map(ComposePrinter::port)
                                        .toList()) + "]");
        line(
                text,
                "depends_on: {"
                        + String.join(
                                ", ",
                                service.getDependsOnList().stream()
                                        .map(ComposePrinter::dependency)
                                        .toList())
                        + "}");
        if (service.hasHealthcheck()) {
            line(text, "healthcheck: " + health(service.getHealthcheck()));
        }
        line(text, "deploy: " + deploy(service));
    }

    private static String restart(RestartPolicy restart) {
        return switch (restart.getMode()) {
            case ALWAYS -> "always";
            case ON_FAILURE -> "on-failure:" + restart.getRetriesMax();
            case UNLESS_STOPPED -> "unless-stopped";
            default -> "\"no\"";
        };
    }

    private static String port(PortMapping port) {
        var published = port.getPublished() == 0 ? "" : ", published: " + port.getPublished();
        return "{target: " + port.getTarget() + published + ", protocol: "
                + port.getProtocol().name().toLowerCase(Locale.ROOT) + "}";
    }

    private static String dependency(Dependency dependency) {
        var condition =
                switch (dependency.getCondition()) {
                    case HEALTHY -> "service_healthy";
                    case COMPLETED_SUCCESSFULLY -> "service_completed_successfully";
                    default -> "service_started";
                };
        return dependency.getService() + ": {condition: " + condition + ", restart: " + dependency.getRestart()
                + ", required: " + !dependency.getOptional() + "}";
    }

    private static String health(HealthCheck check) {
        var test = new ArrayList<>(List.of("CMD"));
        test.addAll(check.getTestList());
        return "{test: " + list(test) + ", interval: " + check.getIntervalMs() + "ms, timeout: " + check.getTimeoutMs()
                + "ms, retries: " + check.getRetries() + ", start_period: " + check.getStartPeriodMs() + "ms}";
    }

    private static String deploy(ServiceManifest service) {
        var text = new StringBuilder(service.getGlobal() ? "{mode: global" : "{replicas: " + service.getReplicas());
        text.append(", labels: ")
                .append(list(service.getDeployLabelsMap().entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .toList()));
        if (service.hasLimits() || service.hasReservations()) {
            text.append(", resources: {");
            text.append(service.hasLimits() ? "limits: " + amounts(service.getLimits()) : "x-none: 1");
            text.append(service.hasReservations() ? ", reservations: " + amounts(service.getReservations()) : "");
            text.append('}');
        }
        if (service.hasPlacement()) {
            text.append(", placement: ").append(placement(service.getPlacement()));
        }
        return text.append('}').toString();
    }

    private static String placement(Placement placement) {
        var text = new StringBuilder("{node: " + list(placement.getAgentsList()));
        if (!placement.getPlatform().isEmpty()) {
            text.append(", platform: ").append(placement.getPlatform());
        }
        if (placement.getReplicasMaxPerAgent() > 0) {
            text.append(", max_replicas_per_node: ").append(placement.getReplicasMaxPerAgent());
        }
        text.append(", constraints: ")
                .append(list(placement.getConstraintsList().stream()
                        .map(ComposePrinter::constraint)
                        .toList()));
        text.append(", preferences: [")
                .append(placement.getPreferencesList().stream()
                        .map(preference -> "{spread: node.labels." + preference.getLabel() + "}")
                        .collect(Collectors.joining(", ")));
        return text.append("]}").toString();
    }

    private static String constraint(PlacementConstraint constraint) {
        var subject =
                switch (constraint.getSubject()) {
                    case NAME -> "node.hostname";
                    case ID -> "node.id";
                    case LABEL -> "node.labels." + constraint.getLabel();
                    case OS -> "node.platform.os";
                    case ARCHITECTURE -> "node.platform.arch";
                    case SUBJECT_UNSPECIFIED, UNRECOGNIZED -> throw new AssertionError(constraint);
                };
        return subject + (constraint.getNegated() ? " != " : " == ") + constraint.getValue();
    }

    private static String amounts(ResourceAmounts amounts) {
        var parts = new ArrayList<String>();
        if (amounts.getCpuMilli() > 0) {
            parts.add("cpus: " + BigDecimal.valueOf(amounts.getCpuMilli(), 3).toPlainString());
        }
        if (amounts.getMemoryBytes() > 0) {
            parts.add("memory: " + amounts.getMemoryBytes());
        }
        if (amounts.getPids() > 0) {
            parts.add("pids: " + amounts.getPids());
        }
        return "{" + String.join(", ", parts) + "}";
    }

    private static String list(List<String> words) {
        return "["
                + String.join(", ", words.stream().map(ComposePrinter::quoted).toList()) + "]";
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "''").replace("$", "$$") + "'";
    }

    private static void line(StringBuilder text, String line) {
        text.append("    ").append(line).append('\n');
    }
}
