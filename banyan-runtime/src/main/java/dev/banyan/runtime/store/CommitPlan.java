package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import java.util.List;

/** What a commit comes to when it meets the objects that are there. */
public sealed interface CommitPlan {
    /** Nothing is written; the outcome says why. */
    record Refused(WriteOutcome outcome) implements CommitPlan {}

    /** These changes land together; none at all when everything wanted is there already. */
    record Apply(List<Change> changes) implements CommitPlan {
        public Apply {
            changes = List.copyOf(changes);
        }
    }

    /** The new state of one key. */
    sealed interface Change {
        /** The object that changes. */
        ObjectKey key();

        /** The object reads so from now on. In a plan its revision is still the old one, and createRevision 0 if it is new. */
        record Put(StoredObject object) implements Change {
            @Override
            public ObjectKey key() {
                return object.key();
            }
        }

        /** The object is gone. */
        record Remove(ObjectKey key) implements Change {}
    }
}
