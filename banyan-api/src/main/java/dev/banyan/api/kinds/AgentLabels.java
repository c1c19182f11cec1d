package dev.banyan.api.kinds;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What people say of their agents, such as {@code zone=eu-1}, for placement to ask for. */
public final class AgentLabels {
    /** More say nothing that placement could use; every engine keeps all of them in memory. */
    public static final int COUNT_MAX = 64;

    private static final int NAME_MAX = 63;
    private static final int VALUE_MAX = 63;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._:/-]*[A-Za-z0-9])?");

    private AgentLabels() {}

    /** Why this cannot be the name of a label; empty when it can. */
    public static Optional<String> nameProblem(String name) {
        return fits(NAME, NAME_MAX, name)
                ? Optional.empty()
                : Optional.of("'" + name + "' is no name of a label: 1 to " + NAME_MAX
                        + " letters, digits, '.', '_', '/' and '-', beginning and ending with a letter or digit");
    }

    /** Why this cannot be the value of a label; empty when it can. */
    public static Optional<String> valueProblem(String value) {
        return fits(VALUE, VALUE_MAX, value)
                ? Optional.empty()
                : Optional.of("'" + value + "' is no value of a label: 1 to " + VALUE_MAX
                        + " letters, digits, '.', '_', ':', '/' and '-', beginning and ending with a letter or digit");
    }

    /** The first thing that is wrong with all labels of an agent; empty when they are right. */
    public static Optional<String> problem(Map<String, String> labels) {
        if (labels.size() > COUNT_MAX) {
            return Optional.of("at most " + COUNT_MAX + " labels, not " + labels.size());
        }
        return labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(label -> nameProblem(label.getKey()).or(() -> valueProblem(label.getValue())).stream())
                .findFirst();
    }

    private static boolean fits(Pattern pattern, int most, String text) {
        return text.length() <= most && pattern.matcher(text).matches();
    }
}
