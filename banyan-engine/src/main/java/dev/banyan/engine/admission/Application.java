package dev.banyan.engine.admission;

import dev.banyan.api.v1.Manifest;
import java.util.List;

/**
 * A request to run a manifest.
 *
 * @param expectedRevision revision of the Deployment that the caller saw: 0 when it saw none, {@link #ANY} when it takes what is there
 * @param author name of the caller's certificate
 */
public record Application(
        String namespace, Manifest manifest, List<String> tags, long expectedRevision, String author, String reason) {
    /** Takes whatever is there. */
    public static final long ANY = -1;

    /** The same of another form of the manifest. */
    Application of(Manifest other) {
        return new Application(namespace, other, tags, expectedRevision, author, reason);
    }

    public Application {
        tags = tags.stream().sorted().distinct().toList();
    }
}
