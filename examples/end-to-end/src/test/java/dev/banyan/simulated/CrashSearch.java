package dev.banyan.simulated;

import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.fault.Strike;
import dev.banyan.simulated.world.Fate;
import dev.banyan.simulated.world.Sabotage;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells a story once for each deed of a process, which dies there: right before every odd deed and right after every even one. Other seeds
 * of the campaign draw such deaths too; this misses none.
 */
final class CrashSearch {
    /** Where a deed is struck. */
    enum Deed {
        WRITE_OF_ENGINE("write", "e1", 2),
        CALL_OF_AGENT("call", "a1", 1);

        private final String what;
        private final String place;
        private final int agents;

        Deed(String what, String place, int agents) {
            this.what = what;
            this.place = place;
            this.agents = agents;
        }

        Strike strike(long number) {
            return new Strike("crash-" + (number % 2 == 1 ? "before" : "after") + "-" + what, place, number);
        }
    }

    private final Story story;
    private final Deed deed;
    private final ClusterPlay play;

    CrashSearch(Story story, Deed deed) {
        this.story = story;
        this.deed = deed;
        this.play = new ClusterPlay(Sabotage.NONE);
    }

    /**
     * Tries the deeds until there is none of that number; answers how many there were.
     *
     * @throws AssertionError naming the story and the strike of the first telling that went wrong
     */
    long all() throws IOException {
        long number = 1;
        while (tell(deed.strike(number))) {
            number++;
        }
        return number - 1;
    }

    /** Whether there was such a deed. */
    private boolean tell(Strike strike) throws IOException {
        var sizes = Map.of("etcd", 0, "agents", deed.agents, "engines", 1);
        var schedule = new Schedule(1, Mode.LIVENESS, Optional.of(Set.of(strike)), sizes, false);
        try (var trial = new Trial(schedule, Fate.ALL)) {
            play.play(trial, story::tell);
            return !trial.faults().struck().isEmpty();
        } catch (AssertionError wrong) {
            throw new AssertionError(story + ", " + strike + ": " + wrong.getMessage(), wrong);
        }
    }
}
