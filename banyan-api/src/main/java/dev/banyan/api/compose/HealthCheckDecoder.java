package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Amounts;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.HealthCheck;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Decodes {@code healthcheck}. Defaults are those of Compose: every 30 s, 30 s to answer, 3 failures, no start period. */
final class HealthCheckDecoder {
    /** Also the shortest interval and timeout: checks start processes. */
    private static final Duration PERIOD_MIN = Duration.ofMillis(100);

    private static final Duration PERIOD_DEFAULT = Duration.ofSeconds(30);
    private static final int RETRIES_DEFAULT = 3;

    private final Mapping check;
    private final Spot spot;

    private HealthCheckDecoder(Mapping check, Spot spot) {
        this.check = check;
        this.spot = spot;
    }

    /** Empty when there is none or it is switched off. */
    static Optional<HealthCheck> decode(Mapping check, Spot spot) {
        return new HealthCheckDecoder(check, spot).decode();
    }

    private Optional<HealthCheck> decode() {
        var words = check.texts("test");
        var decoded = HealthCheck.newBuilder()
                .setIntervalMs(period("interval"))
                .setTimeoutMs(period("timeout"))
                .setRetries(check.text("retries").map(Integer::parseInt).orElse(RETRIES_DEFAULT))
                .setStartPeriodMs(millis("start_period").orElse(0L))
                .setStartIntervalMs(startInterval());
        if (check.flag("disable", false) || words.equals(List.of("NONE"))) {
            return Optional.empty();
        }
        if (check.member("test").isEmpty()) {
            spot.refuse("has no \"test\"", "write such as test: [\"CMD\", \"wget\", \"-q\", \"http://localhost\"]");
        }
        return words.size() < 2
                ? Optional.empty()
                : Optional.of(decoded.addAllTest(command(words)).build());
    }

    /** A line is run inside of the container, by the container's own shell. */
    private static List<String> command(List<String> words) {
        return words.getFirst().equals("CMD") ? words.subList(1, words.size()) : List.of("/bin/sh", "-c", words.get(1));
    }

    private long period(String key) {
        return atLeast(key, millis(key).orElse(PERIOD_DEFAULT.toMillis()));
    }

    /** 0 without one: then a container that starts is asked as soon as makes sense. */
    private long startInterval() {
        return millis("start_interval")
                .map(millis -> atLeast("start_interval", millis))
                .orElse(0L);
    }

    private long atLeast(String key, long millis) {
        var member = check.member(key);
        if (member.isPresent() && millis < PERIOD_MIN.toMillis()) {
            spot.key(key, member.get().value().place()).refuse("must be at least " + PERIOD_MIN.toMillis() + "ms");
        }
        return millis;
    }

    /** A part of a millisecond counts as one. */
    private Optional<Long> millis(String key) {
        return check.text(key).flatMap(Amounts::duration).map(duration -> duration.plusNanos(999_999)
                .toMillis());
    }
}
