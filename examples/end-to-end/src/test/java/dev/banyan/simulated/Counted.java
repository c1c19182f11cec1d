package dev.banyan.simulated;

import dev.banyan.runtime.simulation.campaign.Campaign;
import dev.banyan.runtime.simulation.campaign.Trial;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;

/** Counts trials, and says now and then how many there were: long campaigns are watched by people. Thread-safe. */
final class Counted implements Campaign.Play {
    private static final long TOLD_EVERY = 100;

    private final Campaign.Play play;
    private final AtomicLong played = new AtomicLong();
    private final PrintStream out = System.out;

    Counted(Campaign.Play play) {
        this.play = play;
    }

    long played() {
        return played.get();
    }

    void tell(String text) {
        out.println(text);
    }

    @Override
    public void play(Trial trial) throws Exception {
        play.play(trial);
        long number = played.incrementAndGet();
        if (number % TOLD_EVERY == 0) {
            tell(number + " runs");
        }
    }
}
