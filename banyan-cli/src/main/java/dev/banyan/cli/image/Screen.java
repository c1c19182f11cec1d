package dev.banyan.cli.image;

import dev.banyan.api.source.Visible;
import dev.banyan.cli.output.Console;
import dev.banyan.runtime.env.Env;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Shows how far images are: drawn over on a terminal, as lines from time to time elsewhere. For one task. */
public final class Screen {
    private static final Duration PACE = Duration.ofSeconds(2);
    private static final double MEGABYTE = 1_000_000.0;

    private final Console console;
    private final Env env;
    private final Map<String, News.Moved> moving = new LinkedHashMap<>();
    private long last;

    public Screen(Console console, Env env) {
        this.console = console;
        this.env = env;
        this.last = env.time().nanos();
    }

    void show(News news) {
        switch (news) {
            case News.Line line -> console.say(line.service() + " | " + Visible.text(line.text()) + "\n");
            case News.Moved moved -> {
                moving.put(moved.image(), moved);
                idle();
            }
            case News.Done done -> done(done.provision().image());
            case News.Failed failed -> {}
            case News.Broken broken -> {}
        }
    }

    /** Time passes. */
    void idle() {
        if (moving.isEmpty()) {
            return;
        }
        if (console.terminal()) {
            console.draw(moving.values().stream().map(Screen::words).toList());
        } else if (env.time().since(last).compareTo(PACE) > 0) {
            moving.values().forEach(moved -> console.say(words(moved) + "\n"));
            last = env.time().nanos();
        }
    }

    /** An image that moved is told of once more. */
    void done(String image) {
        var moved = moving.remove(image);
        if (moved != null) {
            console.say(Visible.text(image) + ": " + megabytes(moved.total()) + " MB " + moved.verb() + ", done\n");
        }
    }

    void end() {
        moving.clear();
    }

    private static String words(News.Moved moved) {
        return Visible.text(moved.image()) + ": " + megabytes(moved.bytes()) + " of " + megabytes(moved.total())
                + " MB " + moved.verb();
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / MEGABYTE);
    }
}
