package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.Dependency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Decodes {@code depends_on}, a list of services or a mapping with conditions. */
final class DependencyDecoder {
    private static final Keys KEYS = Keys.of("condition").butNot("restart", "required");
    private static final Map<String, Dependency.Condition> CONDITIONS = Map.of(
            "service_started", Dependency.Condition.STARTED,
            "service_healthy", Dependency.Condition.HEALTHY,
            "service_completed_successfully", Dependency.Condition.COMPLETED_SUCCESSFULLY);

    private DependencyDecoder() {}

    /** A dependency with its field, for what is checked between services. */
    record Placed(Dependency dependency, Field field) {}

    /** Sorted by service. */
    static List<Placed> decode(Field dependsOn) {
        var decoded = new ArrayList<Placed>();
        if (dependsOn.isSequence()) {
            for (var item : dependsOn.items()) {
                item.text().ifPresent(name -> decoded.add(placed(name, Dependency.Condition.STARTED, item)));
            }
        } else {
            dependsOn.members().forEach(member -> decoded.add(placed(member.name(), condition(member), member)));
        }
        decoded.sort(Comparator.comparing(placed -> placed.dependency().getService()));
        return decoded;
    }

    private static Placed placed(String service, Dependency.Condition condition, Field field) {
        var dependency = Dependency.newBuilder()
                .setService(service)
                .setCondition(condition)
                .build();
        return new Placed(dependency, field);
    }

    private static Dependency.Condition condition(Field member) {
        for (var field : KEYS.of(member)) {
            var text = field.text().orElse("service_started");
            var condition = CONDITIONS.get(text);
            if (condition != null) {
                return condition;
            }
            field.refuse(
                    "\"" + text + "\" is no condition",
                    Suggestions.didYouMean(text, CONDITIONS.keySet())
                            .orElse("write \"service_started\", \"service_healthy\" or"
                                    + " \"service_completed_successfully\""));
        }
        return Dependency.Condition.STARTED;
    }
}
