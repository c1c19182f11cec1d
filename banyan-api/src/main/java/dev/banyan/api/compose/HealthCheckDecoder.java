package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.HealthCheck;
import java.util.List;
import java.util.Optional;

/** Decodes {@code healthcheck}. Defaults are those of Compose: every 30 s, 30 s to answer, 3 failures, no start period. */
final class HealthCheckDecoder {
    /** Also the shortest interval and timeout: checks start processes. */
    private static final long PERIOD_MIN_MS = 100;

    private static final long PERIOD_DEFAULT_MS = 30_000;
    private static final int RETRIES_DEFAULT = 3;
    private static final int RETRIES_MAX = 100;
    private static final Keys KEYS = Keys.of("test", "interval", "timeout", "retries", "start_period", "disable")
            .butNot("start_interval");
    private static final List<String> FORMS = List.of("CMD", "CMD-SHELL", "NONE");

    private boolean off;
    private final HealthCheck.Builder check = HealthCheck.newBuilder()
            .setIntervalMs(PERIOD_DEFAULT_MS)
            .setTimeoutMs(PERIOD_DEFAULT_MS)
            .setRetries(RETRIES_DEFAULT);

    private HealthCheckDecoder() {}

    /** Empty when there is none or it is switched off. */
    static Optional<HealthCheck> decode(Field field) {
        var decoder = new HealthCheckDecoder();
        KEYS.of(field).forEach(decoder::key);
        if (!decoder.off && decoder.check.getTestCount() == 0 && noTest(field)) {
            field.refuse("has no \"test\"", "write such as test: [\"CMD\", \"wget\", \"-q\", \"http://localhost\"]");
        }
        return decoder.off || decoder.check.getTestCount() == 0 ? Optional.empty() : Optional.of(decoder.check.build());
    }

    private static boolean noTest(Field field) {
        return field.members().stream().noneMatch(member -> member.name().equals("test"));
    }

    private void key(Field field) {
        switch (field.name()) {
            case "test" -> test(field);
            case "interval" -> period(field).ifPresent(check::setIntervalMs);
            case "timeout" -> period(field).ifPresent(check::setTimeoutMs);
            case "retries" -> field.integer(1, RETRIES_MAX).ifPresent(number -> check.setRetries((int) number));
            case "start_period" -> Amounts.millis(field).ifPresent(check::setStartPeriodMs);
            default -> off |= field.bool().orElse(false);
        }
    }

    private static Optional<Long> period(Field field) {
        var millis = Amounts.millis(field);
        if (millis.isPresent() && millis.getAsLong() < PERIOD_MIN_MS) {
            field.refuse("must be at least " + PERIOD_MIN_MS + "ms");
            return Optional.empty();
        }
        return millis.isPresent() ? Optional.of(millis.getAsLong()) : Optional.empty();
    }

    private void test(Field field) {
        if (!field.isSequence()) {
            field.text().ifPresent(this::shell);
            return;
        }
        var words = field.texts();
        if (words.isEmpty() || !FORMS.contains(words.getFirst())) {
            var guess = words.isEmpty() ? Optional.<String>empty() : Suggestions.didYouMean(words.getFirst(), FORMS);
            field.refuse("must begin with CMD, CMD-SHELL or NONE", guess.orElse("write [\"CMD\", ...]"));
            return;
        }
        form(field, words);
    }

    private void form(Field field, List<String> words) {
        var rest = words.subList(1, words.size());
        switch (words.getFirst()) {
            case "NONE" -> off = true;
            case "CMD" -> check.addAllTest(rest);
            default -> rest.stream().limit(1).forEach(this::shell);
        }
        if (!off && rest.isEmpty()) {
            field.refuse("names no command");
        }
        if (words.getFirst().equals("CMD-SHELL") && rest.size() > 1) {
            field.refuse("CMD-SHELL takes one command line", "write it as one text, or use CMD");
        }
    }

    /** The line is run inside of the container, by the container's own shell. */
    private void shell(String line) {
        check.addAllTest(List.of("/bin/sh", "-c", line));
    }
}
