package dev.banyan.runtime.election;

import java.util.Map;

/** A view, and by member's name which run of the process is in it. A run that comes makes another view, so the fence of this one covers both. */
record Roster(View view, Map<String, String> runs) {
    Roster {
        runs = Map.copyOf(runs);
    }

    boolean has(String member, String run) {
        return view.members().contains(member) && run.equals(runs.get(member));
    }
}
