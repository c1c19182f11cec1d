package dev.banyan.runtime.simulation.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * How much a {@link Campaign} plays.
 *
 * @param first the first seed
 * @param count how many seeds at most, from 1
 * @param seed one seed instead of many
 * @param schedule one schedule instead of seeds
 * @param atMost when to stop beginning new runs, in real time
 * @param threads how many runs at a time, from 1
 * @param shrinking how long a failed schedule is made smaller, in real time
 * @param directory where the schedules of failures are written
 */
public record CampaignOptions(
        long first,
        long count,
        Optional<Long> seed,
        Optional<Schedule> schedule,
        Optional<Duration> atMost,
        int threads,
        Duration shrinking,
        Path directory) {
    /** What the options' properties begin with. */
    public static final String PREFIX = "banyan.simulation.";

    /** Enough for each kind of fault to be on in many runs. */
    private static final long COUNT = 100;

    private static final Duration SHRINKING = Duration.ofSeconds(60);

    /** Checks the ranges. */
    public CampaignOptions {
        if (count < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "a campaign has from one seed and one thread, not " + count + ", " + threads);
        }
    }

    /**
     * What the properties {@code banyan.simulation.seeds, first, seed, schedule, minutes, threads} say; 100 seeds from 1 unless told. With
     * {@code minutes} there are as many seeds as that time takes.
     *
     * @throws IllegalArgumentException naming the property that cannot be read
     */
    public static CampaignOptions ofSystem() {
        return of(System.getProperties());
    }

    static CampaignOptions of(Properties properties) {
        var minutes = number(properties, "minutes");
        var seed = number(properties, "seed");
        long usual = minutes.isPresent() ? Long.MAX_VALUE : COUNT;
        return new CampaignOptions(
                number(properties, "first").orElse(1L),
                seed.isPresent() ? 1 : number(properties, "seeds").orElse(usual),
                seed,
                Optional.ofNullable(properties.getProperty(PREFIX + "schedule"))
                        .map(Path::of)
                        .map(CampaignOptions::read),
                minutes.map(Duration::ofMinutes),
                number(properties, "threads").map(Math::toIntExact).orElse(2),
                SHRINKING,
                Path.of("target", "simulation"));
    }

    /** The same with so many seeds, unless properties say how many. */
    public CampaignOptions usually(long seeds) {
        boolean told = System.getProperty(PREFIX + "seeds") != null || seed.isPresent() || atMost.isPresent();
        return told ? this : new CampaignOptions(first, seeds, seed, schedule, atMost, threads, shrinking, directory);
    }

    private static Optional<Long> number(Properties properties, String name) {
        var value = properties.getProperty(PREFIX + name);
        try {
            return Optional.ofNullable(value).map(Long::valueOf);
        } catch (NumberFormatException wrong) {
            throw new IllegalArgumentException(PREFIX + name + " is a whole number, not '" + value + "'", wrong);
        }
    }

    static Schedule read(Path file) {
        try {
            return Schedule.parse(Files.readString(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the schedule " + file + " cannot be read", unreadable);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
        }
    }
}
