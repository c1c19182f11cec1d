package dev.banyan.runtime.queue;

import java.util.ArrayList;
import java.util.List;

/** The keys of one owner: those that are due, by lane and by age, and how many run. Kept while it has a key. */
final class Owner<K> {
    /** Due keys of one lane, first come first served, and the owner's turn in that lane. */
    static final class Line<K> {
        final Owner<K> owner;
        final Chain<Entry<K>> entries = new Chain<>();
        boolean queued; // for its turn
        int left; // keys of the present turn

        Line(Owner<K> owner) {
            this.owner = owner;
        }
    }

    /** Due keys of one budget, the one that is due longest first; as a {@link Timed} it is among the other owners' backlogs. */
    static final class Backlog<K> extends Timed {
        final Chain<Entry<K>> entries = new Chain<>();

        /** Takes over the age of the oldest; only when not empty. */
        void look() {
            at = entries.first().since;
            order = entries.first().order;
        }
    }

    final String name;
    final int turn;
    final List<Line<K>> lines = new ArrayList<>(); // by lane
    final List<Backlog<K>> backlogs = List.of(new Backlog<>(), new Backlog<>()); // by budget
    int keys;
    int running;

    Owner(String name, int turn) {
        this.name = name;
        this.turn = turn;
        for (int lane = 0; lane < ReadyKeys.LANES.size(); lane++) {
            lines.add(new Line<>(this));
        }
    }
}
