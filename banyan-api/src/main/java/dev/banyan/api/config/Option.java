package dev.banyan.api.config;

import java.util.Locale;

/**
 * One setting of a daemon.
 *
 * @param name in kebab case, as in {@code --api-port} and in the file
 * @param fallback the value without any other; empty means that there is none
 * @param meaning one line for {@code --help}
 */
public record Option(String name, String fallback, String meaning) {
    /** Name of the environment variable, such as {@code BANYAN_API_PORT}. */
    public String variable() {
        return "BANYAN_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
