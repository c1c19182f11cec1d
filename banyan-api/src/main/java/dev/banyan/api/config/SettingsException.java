package dev.banyan.api.config;

import java.util.List;

/** Settings that cannot be used; names every problem. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** All problems, one sentence each. */
    public SettingsException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
