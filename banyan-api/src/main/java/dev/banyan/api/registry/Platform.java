package dev.banyan.api.registry;

import com.google.gson.JsonObject;

/**
 * What a program runs on.
 *
 * @param variant of the architecture, such as {@code v7}; empty where there is none
 */
public record Platform(String system, String architecture, String variant) {
    /** Reads {@code linux/amd64} or {@code linux/arm/v7}. */
    public static Platform parse(String text) {
        var parts = text.split("/", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException("'" + text + "' is no platform, such as linux/amd64");
        }
        return new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "");
    }

    static Platform of(JsonObject json) {
        return new Platform(
                Descriptor.text(json, "os"), Descriptor.text(json, "architecture"), Descriptor.text(json, "variant"));
    }

    /** Whether an image for {@code other} is what runs on this one; a variant that one side does not name says nothing. */
    boolean takes(Platform other) {
        return system.equals(other.system)
                && architecture.equals(other.architecture)
                && (variant.isEmpty() || other.variant.isEmpty() || variant.equals(other.variant));
    }

    @Override
    public String toString() {
        return system + "/" + architecture + (variant.isEmpty() ? "" : "/" + variant);
    }
}
