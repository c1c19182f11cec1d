package dev.banyan.runtime.controller.ownership;

import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Write;
import java.util.ArrayList;
import java.util.List;

/** How an object comes to have an owner, or loses it. Pure: answers commits. */
public final class Ownership {
    private Ownership() {}

    /** Whether this very incarnation of the owner owns the object. */
    public static boolean owns(ObjectMeta owner, ObjectMeta dependent) {
        return dependent.owners().stream().anyMatch(reference -> reference.uid().equals(owner.uid()));
    }

    /**
     * Gives {@code orphan} an owner besides those it has. Lands only while both are the incarnations that were read and the orphan is
     * unchanged, so of several that want it one gets it.
     *
     * @param orphan with spec and status, not its metadata alone
     * @throws IllegalArgumentException when the owner is to go: its new dependent would go at once
     */
    public static Commit adopt(StoredObject owner, StoredObject orphan) {
        if (owner.meta().deleting()) {
            throw new IllegalArgumentException(owner.key() + " is being deleted and adopts nothing");
        }
        var owners = new ArrayList<>(orphan.meta().owners());
        owners.add(OwnerReference.to(owner.key(), owner.meta()));
        return update(orphan, owners)
                .under(new Precondition.SameIncarnation(
                        owner.key(), owner.meta().createRevision()));
    }

    /** Takes one owner from {@code dependent}, which stays. Lands only while the dependent is unchanged. */
    public static Commit release(String ownerUid, StoredObject dependent) {
        return update(
                dependent,
                dependent.meta().owners().stream()
                        .filter(reference -> !reference.uid().equals(ownerUid))
                        .toList());
    }

    private static Commit update(StoredObject object, List<OwnerReference> owners) {
        return Commit.of(new Write.Update(object, Draft.from(object).ownedBy(owners.toArray(new OwnerReference[0]))));
    }
}
