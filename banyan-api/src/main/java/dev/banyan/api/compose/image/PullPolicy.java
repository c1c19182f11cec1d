package dev.banyan.api.compose.image;

import dev.banyan.api.compose.schema.Amounts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** When an image's own registry is asked for it. */
public sealed interface PullPolicy {
    /** The file says nothing: as {@link Missing}, and a service that is built is built when the cluster has not its image. */
    record Unsaid() implements PullPolicy {}

    /** When the cluster has nothing under the name. */
    record Missing() implements PullPolicy {}

    /** Each time. */
    record Always() implements PullPolicy {}

    /** Never. */
    record Never() implements PullPolicy {}

    /** It is built each time. */
    record Rebuild() implements PullPolicy {}

    /** When it was not for so long. */
    record Refresh(Duration after) implements PullPolicy {}

    /** Reads a policy as Compose writes it, and the time that {@code refresh} needs beside it; empty for a text that is none. */
    static Optional<PullPolicy> of(String text, Optional<Duration> after) {
        var words = Map.<String, PullPolicy>of(
                "missing", new Missing(),
                "if_not_present", new Missing(),
                "always", new Always(),
                "never", new Never(),
                "build", new Rebuild(),
                "daily", new Refresh(Duration.ofDays(1)),
                "weekly", new Refresh(Duration.ofDays(7)));
        if (text.equals("refresh")) {
            return after.map(Refresh::new);
        }
        if (text.startsWith("every_")) {
            return Amounts.duration(text.substring("every_".length())).map(Refresh::new);
        }
        return Optional.ofNullable(words.get(text));
    }
}
