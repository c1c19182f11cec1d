package dev.banyan.runtime.resource;

import dev.banyan.runtime.resource.Condition.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * The facts of a status: at most one of each type, in the order of types, so that equal facts encode equally. Immutable.
 *
 * <p>Setting what is there already answers the very same object, and the status that holds it encodes to the same bytes, which a store does
 * not write.
 */
public record Conditions(List<Condition> all) {
    /** No facts. */
    public static final Conditions NONE = new Conditions(List.of());

    /** Copies and sorts; of two of one type, a mistake of the writer, it fails. */
    public Conditions {
        all = all.stream().sorted(Comparator.comparing(Condition::type)).toList();
        var types = new HashSet<String>();
        for (var condition : all) {
            if (!types.add(condition.type())) {
                throw new IllegalArgumentException("two conditions are of type " + condition.type());
            }
        }
    }

    /**
     * With {@code wanted} in place of what is said of its type. The time of the last change stays while the status does, whatever becomes of
     * the reason; what speaks of an older generation than is known already changes nothing.
     */
    public Conditions set(Condition wanted) {
        var known = get(wanted.type());
        if (known.isPresent() && known.get().observedGeneration() > wanted.observedGeneration()) {
            return this;
        }
        var next = known.filter(before -> before.status() == wanted.status())
                .map(before -> new Condition(
                        wanted.type(),
                        wanted.status(),
                        wanted.reason(),
                        wanted.message(),
                        wanted.observedGeneration(),
                        before.lastChange()))
                .orElse(wanted);
        if (known.equals(Optional.of(next))) {
            return this;
        }
        var others = new ArrayList<>(without(wanted.type()).all);
        others.add(next);
        return new Conditions(others);
    }

    /** Like {@link #set(Condition)}, about the spec that {@code meta} is of, as seen at {@code now}. */
    public Conditions set(String type, Status status, String reason, String message, ObjectMeta meta, Instant now) {
        return set(new Condition(type, status, reason, message, meta.generation(), now));
    }

    /** Without what is said of {@code type}. */
    public Conditions without(String type) {
        return get(type).isEmpty()
                ? this
                : new Conditions(all.stream()
                        .filter(condition -> !condition.type().equals(type))
                        .toList());
    }

    /** What is said of {@code type}; empty when nothing is. */
    public Optional<Condition> get(String type) {
        return all.stream().filter(condition -> condition.type().equals(type)).findFirst();
    }

    /** Whether the fact is known to hold for the spec as it is: what was said of an older generation does not count. */
    public boolean holds(String type, ObjectMeta meta) {
        return get(type)
                .filter(condition -> condition.status() == Status.TRUE)
                .filter(condition -> condition.observedGeneration() == meta.generation())
                .isPresent();
    }
}
