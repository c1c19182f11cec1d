package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import java.util.List;
import java.util.Optional;

/**
 * Decides how a candidate stands and whether it takes the lead. Stepped: no thread, no clock, no store. The leader's object says which run of
 * which member leads; it is written when the lead changes hands and at no other time, so its revision is the token.
 */
final class LeaderCore {
    /** Objects of leaders. */
    static final String LEADERS = ".leaders";

    /** Which run of which member leads. */
    private record Leader(String member, String run) {
        Bytes encode() {
            return Bytes.utf8(member + " " + run);
        }

        /** A record that cannot be read names nobody, and the lead is free. */
        static Leader decode(Bytes bytes) {
            var parts = bytes.toUtf8().split(" ", 2);
            return parts.length == 2 ? new Leader(parts[0], parts[1]) : new Leader("", "");
        }
    }

    private final ObjectKey key;
    private final Leader self;
    private Optional<StoredObject> seen = Optional.empty();
    private Optional<Roster> roster = Optional.empty();

    LeaderCore(String election, String member, String run) {
        this.key = ObjectKey.cluster(LEADERS, election);
        this.self = new Leader(member, run);
    }

    ObjectKey key() {
        return key;
    }

    /** The leader's object as it is now. */
    void observe(Optional<StoredObject> leader) {
        seen = leader;
    }

    /** Who the members are; empty while this one cannot show that it lives. */
    void observe(Roster now) {
        roster = Optional.of(now);
    }

    /** This member cannot show that it lives. */
    void doubt() {
        roster = Optional.empty();
    }

    Leadership standing() {
        if (seen.isEmpty()) {
            return new Leadership.Standby(Optional.empty());
        }
        var object = seen.get();
        var leader = Leader.decode(object.spec());
        if (!leader.equals(self)) {
            return new Leadership.Standby(Optional.of(leader.member()).filter(name -> !name.isEmpty()));
        }
        long token = object.meta().revision();
        return roster.isPresent() ? new Leadership.Leading(token) : new Leadership.Suspect(token);
    }

    /** Takes the lead if it is free: nobody has it, or who has it is no member any more. */
    Optional<Commit> take() {
        if (roster.isEmpty()) {
            return Optional.empty();
        }
        var fence = roster.get().view().fence();
        var draft = Draft.of(key, self.encode());
        if (seen.isEmpty()) {
            return Optional.of(new Commit(List.of(fence), List.of(new Write.Create(draft))));
        }
        var leader = Leader.decode(seen.get().spec());
        return roster.get().has(leader.member(), leader.run())
                ? Optional.empty()
                : Optional.of(new Commit(List.of(fence), List.of(new Write.Update(seen.get(), draft))));
    }

    /** Gives the lead up, if it is held. */
    Optional<Commit> release() {
        return seen.filter(object -> Leader.decode(object.spec()).equals(self))
                .map(object -> new Commit(
                        List.of(new Precondition.Unchanged(
                                object.key(), object.meta().revision())),
                        List.of(new Write.Delete(object.key(), object.meta().uid()))));
    }
}
