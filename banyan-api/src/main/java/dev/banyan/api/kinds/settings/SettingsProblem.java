package dev.banyan.api.kinds.settings;

import java.util.List;

/**
 * What is wrong with settings.
 *
 * @param path of the key in the service, in steps; an item of a list is its index from 0
 * @param message such as {@code "is no capability"}
 */
public record SettingsProblem(List<String> path, String message) {
    public SettingsProblem {
        path = List.copyOf(path);
    }

    /** As in {@code cap_add[0]} or {@code sysctls.net.core.somaxconn}. */
    public String field() {
        var text = new StringBuilder();
        for (var step : path) {
            if (step.matches("[0-9]+") && !text.isEmpty()) {
                text.append('[').append(step).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(step);
            }
        }
        return text.toString();
    }
}
