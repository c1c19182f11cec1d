package dev.banyan.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The three files of this room. */
final class Resources {
    private Resources() {}

    static List<String> lines(String name) {
        try (var in = Resources.class.getResourceAsStream("/quality/" + name)) {
            var bytes = Objects.requireNonNull(in, name).readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name, e);
        }
    }
}
