package dev.banyan.engine.admission;

import dev.banyan.api.kinds.AgentLabels;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;

/** What a service may ask of agents, and say of itself. Pure. */
final class PlacementRules {
    /** Each is compared with each agent for each task. */
    static final int CONSTRAINTS_MAX = 32;

    /** Each makes groups of groups. */
    static final int PREFERENCES_MAX = 4;

    static final int LABELS_MAX = 64;
    static final int TEXT_MAX = 256;

    private final String path;
    private final List<Violation> violations;

    private PlacementRules(String path, List<Violation> violations) {
        this.path = path;
        this.violations = violations;
    }

    /** Adds what is wrong below {@code path}, which is that of {@code deploy}. */
    static void violations(String path, ServiceManifest service, List<Violation> into) {
        new PlacementRules(path, into).check(service);
    }

    private void check(ServiceManifest service) {
        var placement = service.getPlacement();
        atMost(placement.getConstraintsCount(), CONSTRAINTS_MAX, ".placement.constraints");
        for (int i = 0; i < placement.getConstraintsCount(); i++) {
            constraint(".placement.constraints[" + i + "]", placement.getConstraints(i));
        }
        atMost(placement.getPreferencesCount(), PREFERENCES_MAX, ".placement.preferences");
        for (int i = 0; i < placement.getPreferencesCount(); i++) {
            var field = ".placement.preferences[" + i + "]";
            AgentLabels.nameProblem(placement.getPreferences(i).getLabel()).ifPresent(words -> refuse(field, words));
        }
        atMost(service.getDeployLabelsCount(), LABELS_MAX, ".labels");
        boolean mounts = service.getMountsList().stream().anyMatch(mount -> mount.hasVolume());
        if (service.getGlobal() && mounts) {
            // A volume is on one agent, and none but the first task would ever find it.
            violations.add(new Violation(
                    path.replaceFirst("\\.deploy$", ".volumes"),
                    "a service on every agent cannot have a named volume"));
        }
        service.getDeployLabelsMap().forEach((key, value) -> {
            if (key.isEmpty() || key.length() > TEXT_MAX || value.length() > TEXT_MAX) {
                refuse(".labels." + key, "a name has 1, a value 0 to " + TEXT_MAX + " characters");
            }
        });
    }

    private void constraint(String field, PlacementConstraint constraint) {
        if (constraint.getSubject() == Subject.SUBJECT_UNSPECIFIED || constraint.getSubject() == Subject.UNRECOGNIZED) {
            refuse(field, "names nothing that is known of an agent");
        }
        if (constraint.getSubject() == Subject.LABEL) {
            AgentLabels.nameProblem(constraint.getLabel()).ifPresent(words -> refuse(field, words));
        }
        if (constraint.getValue().isEmpty() || constraint.getValue().length() > TEXT_MAX) {
            refuse(field, "compares with 1 to " + TEXT_MAX + " characters");
        }
    }

    private void atMost(int count, int most, String field) {
        if (count > most) {
            refuse(field, "at most " + most + ", not " + count);
        }
    }

    private void refuse(String field, String words) {
        violations.add(new Violation(path + field, words));
    }
}
