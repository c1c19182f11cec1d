package dev.banyan.runtime.controller.ownership;

import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One controller's hold on an object that is to be deleted, for as long as there is something to clean up. Pure: answers commits.
 *
 * <p><b>Expected flow.</b> Make the first dependents by {@link #holding}; when the object {@link ObjectMeta#deleting() is to go}, clean up, the
 * last step by {@link #releasing}.
 *
 * @param name domain and word, such as {@code example.org/zone}
 */
public record Finalizer(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,100}/[a-z0-9.-]{1,100}");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException when it is not a domain, a slash and a word
     */
    public Finalizer {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a finalizer is named by a domain, a slash and a word, such as"
                    + " example.org/zone, so that controllers do not take each other's: '" + name + "'");
        }
    }

    /** Whether the object is held. */
    public boolean holds(ObjectMeta meta) {
        return meta.finalizers().contains(name);
    }

    /**
     * A commit of {@code dependents} that lands only while {@code owner} is as it was read, and holds it.
     *
     * @param owner with spec and status, not its metadata alone
     * @throws IllegalArgumentException when the owner is to go, as it gets no new dependents, or is held already and there are none to make
     */
    public Commit holding(StoredObject owner, Write... dependents) {
        var meta = owner.meta();
        if (meta.deleting()) {
            throw new IllegalArgumentException(
                    owner.key() + " is being deleted and gets no new dependents: clean up and release it instead");
        }
        if (holds(meta) && dependents.length == 0) {
            throw new IllegalArgumentException(owner.key() + " is held by " + name
                    + " already, so there is nothing to commit: ask holds(...) before");
        }
        if (holds(meta)) {
            return Commit.of(dependents).under(new Precondition.Unchanged(owner.key(), meta.revision()));
        }
        var finalizers = new ArrayList<>(meta.finalizers());
        finalizers.add(name);
        return with(owner, finalizers, dependents);
    }

    /**
     * A commit of the last changes that lets go of {@code owner}, which lands only while it is as it was read. An owner that is to go and is
     * held by nothing else goes with it.
     *
     * @param owner with spec and status, not its metadata alone
     * @throws IllegalArgumentException when the owner is not held
     */
    public Commit releasing(StoredObject owner, Write... last) {
        if (!holds(owner.meta())) {
            throw new IllegalArgumentException(owner.key() + " is not held by " + name + ": ask holds(...) before");
        }
        var finalizers = new ArrayList<>(owner.meta().finalizers());
        finalizers.remove(name);
        return with(owner, finalizers, last);
    }

    private static Commit with(StoredObject owner, List<String> finalizers, Write... others) {
        var writes = new ArrayList<Write>();
        writes.add(new Write.Update(owner, Draft.from(owner).finalizedBy(finalizers)));
        writes.addAll(List.of(others));
        return new Commit(List.of(), writes);
    }
}
