package dev.banyan.agent;

import dev.banyan.runtime.env.Env;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Where engines are: looked up again when others are named, and now and then. For one caller. */
final class EngineAddresses implements Supplier<List<String>> {
    /** What a name leads to changes seldom; each look may take a moment. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final Env env;
    private final Supplier<List<String>> hosts;
    private final Supplier<List<String>> told;
    private List<String> looked = List.of();
    private List<String> found = List.of();
    private long lookedNanos;

    /** Of engines on {@code hosts}, names or addresses, and those that an engine has {@code told}. */
    EngineAddresses(Env env, Supplier<List<String>> hosts, Supplier<List<String>> told) {
        this.env = env;
        this.hosts = hosts;
        this.told = told;
    }

    /** Of the moment before {@code heard}, nothing: what was known at the last start holds until an engine has answered. */
    Supplier<List<String>> once(BooleanSupplier heard) {
        return () -> heard.getAsBoolean() ? get() : List.of();
    }

    @Override
    public List<String> get() {
        var now = hosts.get();
        if (!now.equals(looked) || env.time().since(lookedNanos).compareTo(AGAIN) >= 0) {
            looked = now;
            lookedNanos = env.time().nanos();
            found = HostFacts.resolved(now);
        }
        return Stream.concat(found.stream(), told.get().stream())
                .sorted()
                .distinct()
                .toList();
    }
}
