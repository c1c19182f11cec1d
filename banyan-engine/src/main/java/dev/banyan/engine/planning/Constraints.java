package dev.banyan.engine.planning;

import dev.banyan.api.v1.PlacementConstraint;
import java.util.Optional;

/** What an app asks of single agents. Pure. */
final class Constraints {
    private Constraints() {}

    /** Why the agent does not satisfy the constraint; empty when it does. A label that it does not have is equal to nothing. */
    static Optional<String> refusal(PlacementConstraint constraint, Candidate agent) {
        var actual = actual(constraint, agent);
        boolean equal = actual.equalsIgnoreCase(constraint.getValue());
        if (equal != constraint.getNegated()) {
            return Optional.empty();
        }
        var subject = subject(constraint);
        if (constraint.getNegated()) {
            return Optional.of(subject + " is " + actual);
        }
        return Optional.of(
                actual.isEmpty()
                        ? "has no " + subject + ", must be " + constraint.getValue()
                        : subject + " is " + actual + ", not " + constraint.getValue());
    }

    private static String actual(PlacementConstraint constraint, Candidate agent) {
        return switch (constraint.getSubject()) {
            case NAME -> agent.name();
            case ID -> agent.uid();
            case LABEL -> agent.label(constraint.getLabel());
            case OS -> platform(agent)[0];
            case ARCHITECTURE -> platform(agent)[1];
            case SUBJECT_UNSPECIFIED, UNRECOGNIZED -> "";
        };
    }

    private static String subject(PlacementConstraint constraint) {
        return switch (constraint.getSubject()) {
            case NAME -> "name";
            case ID -> "id";
            case LABEL -> "label " + constraint.getLabel();
            case OS -> "operating system";
            case ARCHITECTURE -> "architecture";
            case SUBJECT_UNSPECIFIED, UNRECOGNIZED -> "something unknown";
        };
    }

    private static String[] platform(Candidate agent) {
        var parts = agent.report().getPlatform().split("/", 3);
        return parts.length < 2 ? new String[] {parts[0], ""} : parts;
    }
}
