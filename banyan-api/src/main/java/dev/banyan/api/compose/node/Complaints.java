package dev.banyan.api.compose.node;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.source.Problems;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Collects what is wrong, and what may be a mistake, in all texts of a project. For one thread. The same complaint made twice, as
 * through an alias or a file that is read twice, counts once; of each sort at most {@link Problems#PROBLEMS_MAX} are kept.
 */
public final class Complaints {
    private static final Comparator<Complaint> ORDER = Comparator.<Complaint>comparingInt(Complaint::order)
            .thenComparing(complaint -> complaint.diagnostic().position());

    private final Set<Complaint> refusals = new LinkedHashSet<>();
    private final Set<Complaint> warnings = new LinkedHashSet<>();
    private final Set<String> warned = new HashSet<>();

    private record Complaint(int order, Diagnostic diagnostic) {}

    /** Something is wrong. */
    public void refuse(Trail field, Place at, String message) {
        refuse(field, at, message, Optional.empty());
    }

    /** Something is wrong; {@code suggestion} says what to write instead. */
    public void refuse(Trail field, Place at, String message, String suggestion) {
        refuse(field, at, message, Optional.of(suggestion));
    }

    /** Something is wrong. */
    public void refuse(Trail field, Place at, String message, Optional<String> suggestion) {
        keep(refusals, field, at, message, suggestion);
    }

    /** Something may be a mistake. */
    public void warn(Trail field, Place at, String message, String suggestion) {
        keep(warnings, field, at, message, Optional.of(suggestion));
    }

    /** Like {@link #warn}, but only the first time for this {@code subject}. */
    public void warnOnce(String subject, Trail field, Place at, String message, String suggestion) {
        if (warned.add(subject)) {
            warn(field, at, message, suggestion);
        }
    }

    /** What was found in one text by a reader that knows no other. */
    public void refuseAll(Origin origin, Problems found) {
        found.sorted().forEach(diagnostic -> keep(refusals, new Complaint(origin.order(), diagnostic)));
    }

    /** How many refusals there are; grows only. */
    public int count() {
        return refusals.size();
    }

    /** Whether something below this field was refused. */
    public boolean within(Trail field) {
        var prefix = field + ".";
        return refusals.stream()
                .anyMatch(complaint -> complaint.diagnostic().field().startsWith(prefix));
    }

    /** True when no further refusal is kept, so that nobody need look for what to suggest. */
    public boolean full() {
        return refusals.size() >= Problems.PROBLEMS_MAX;
    }

    /** True while nothing was refused. */
    public boolean none() {
        return refusals.isEmpty();
    }

    /** What is wrong, in the order of the texts. */
    public List<Diagnostic> refusals() {
        return sorted(refusals);
    }

    /** What may be a mistake, in the order of the texts. */
    public List<Diagnostic> warnings() {
        return sorted(warnings);
    }

    private static List<Diagnostic> sorted(Set<Complaint> complaints) {
        return complaints.stream().sorted(ORDER).map(Complaint::diagnostic).toList();
    }

    private static void keep(Set<Complaint> kept, Trail field, Place at, String message, Optional<String> suggestion) {
        if (kept.size() < Problems.PROBLEMS_MAX) {
            keep(kept, new Complaint(at.origin().order(), at.diagnose(field.toString(), message, suggestion)));
        }
    }

    private static void keep(Set<Complaint> kept, Complaint complaint) {
        if (kept.size() < Problems.PROBLEMS_MAX) {
            kept.add(complaint);
        }
    }
}
