package dev.banyan.api.registry;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a registry wants to be told who one is.
 *
 * @param scheme in lower case: {@code basic} or {@code bearer}
 * @param parameters such as {@code realm}, {@code service} and {@code scope}
 */
record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]+)=(?:\"([^\"]*)\"|([^\\s,]+))");

    /** Reads the value of {@code WWW-Authenticate}. */
    static Challenge parse(String header) {
        var parts = header.strip().split("\\s+", 2);
        var parameters = new HashMap<String, String>();
        var found = PARAMETER.matcher(parts.length == 2 ? parts[1] : "");
        while (found.find()) {
            parameters.put(
                    found.group(1).toLowerCase(Locale.ROOT),
                    Optional.ofNullable(found.group(2))
                            .orElse(Optional.ofNullable(found.group(3)).orElse("")));
        }
        return new Challenge(parts[0].toLowerCase(Locale.ROOT), Map.copyOf(parameters));
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }
}
