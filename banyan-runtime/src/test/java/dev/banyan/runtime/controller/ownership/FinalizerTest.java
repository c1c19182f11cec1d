package dev.banyan.runtime.controller.ownership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FinalizerTest {
    private static final ObjectKey OWNER = ObjectKey.cluster("zones", "z");
    private static final ObjectKey CHILD = ObjectKey.cluster("records", "r");
    private static final Finalizer HOLD = new Finalizer("example.org/records");

    private final Simulation simulation = new Simulation(1);
    private final Store store = new MemoryStore(simulation.process("store").env());

    @BeforeEach
    void createOwner() {
        assertThat(store.commit(Commit.of(new Write.Create(Draft.of(OWNER, Bytes.utf8("spec")))))
                        .written())
                .isTrue();
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @Test
    void holdsTheOwnerInTheCommitOfTheFirstDependent() {
        assertThat(store.commit(HOLD.holding(read(OWNER), create())).written()).isTrue();

        assertThat(HOLD.holds(read(OWNER).meta())).isTrue();
        assertThat(read(CHILD).meta().createRevision())
                .isEqualTo(read(OWNER).meta().revision());
        assertThat(read(OWNER).meta().generation()).as("the spec is as it was").isEqualTo(1);
    }

    @Test
    void makesNoDependentOfAnOwnerThatChangedOrIsToGo() {
        var asRead = read(OWNER);
        delete(OWNER);
        assertThat(store.commit(HOLD.holding(asRead, create()))).isInstanceOf(WriteOutcome.NotFound.class);
        assertThat(store.get(CHILD, ReadAt.LATEST)).isEmpty();

        createOwner();
        assertThat(store.commit(HOLD.holding(read(OWNER))).written()).isTrue();
        var held = read(OWNER);
        delete(OWNER);
        assertThat(store.commit(HOLD.holding(held, create()))).isInstanceOf(WriteOutcome.Conflict.class);
        assertThatThrownBy(() -> HOLD.holding(read(OWNER), create()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zones/-/z is being deleted");
    }

    @Test
    void letsTheOwnerGoWithTheLastDependent() {
        store.commit(HOLD.holding(read(OWNER), create()));
        delete(OWNER);
        assertThat(store.get(OWNER, ReadAt.LATEST)).isPresent();

        var last = new Write.Delete(CHILD, read(CHILD).meta().uid());
        assertThat(store.commit(HOLD.releasing(read(OWNER), last)).written()).isTrue();

        assertThat(store.get(OWNER, ReadAt.LATEST)).isEmpty();
        assertThat(store.get(CHILD, ReadAt.LATEST)).isEmpty();
    }

    @Test
    void leavesTheHoldsOfOthers() {
        var other = new Finalizer("example.org/other");
        store.commit(other.holding(read(OWNER)));
        store.commit(HOLD.holding(read(OWNER)));
        store.commit(HOLD.releasing(read(OWNER)));

        assertThat(read(OWNER).meta().finalizers()).containsExactly("example.org/other");
    }

    @Test
    void refusesNamesThatOthersMayHaveAndReleasesOfWhatIsNotHeld() {
        assertThatThrownBy(() -> new Finalizer("cleanup")).hasMessageContaining("'cleanup'");
        assertThatThrownBy(() -> HOLD.releasing(read(OWNER))).hasMessageContaining("is not held");
        store.commit(HOLD.holding(read(OWNER)));
        assertThatThrownBy(() -> HOLD.holding(read(OWNER))).hasMessageContainingAll("is held by", "nothing to commit");
    }

    @Test
    void givesAnOrphanToOneOfTwoOwners() {
        var second = ObjectKey.cluster("zones", "second");
        store.commit(Commit.of(new Write.Create(Draft.of(second, Bytes.EMPTY)), create()));
        store.commit(Commit.of(new Write.UpdateStatus(OWNER, read(OWNER).meta().uid(), Bytes.utf8("ready"))));
        var orphan = read(CHILD);

        assertThat(store.commit(Ownership.adopt(read(OWNER), orphan)).written()).isTrue();
        assertThat(store.commit(Ownership.adopt(read(second), orphan))).isInstanceOf(WriteOutcome.Conflict.class);
        assertThat(Ownership.owns(read(OWNER).meta(), read(CHILD).meta())).isTrue();
        assertThat(Ownership.owns(read(second).meta(), read(CHILD).meta())).isFalse();
    }

    @Test
    void givesNothingToAnotherIncarnationOrOneThatIsToGo() {
        store.commit(Commit.of(create()));
        var before = read(OWNER);
        delete(OWNER);
        createOwner();
        assertThat(store.commit(Ownership.adopt(before, read(CHILD)))).isInstanceOf(WriteOutcome.Conflict.class);

        store.commit(HOLD.holding(read(OWNER)));
        delete(OWNER);
        assertThatThrownBy(() -> Ownership.adopt(read(OWNER), read(CHILD))).hasMessageContaining("adopts nothing");
    }

    @Test
    void takesOneOwnerAndLeavesTheOthers() {
        store.commit(Commit.of(create()));
        store.commit(Ownership.adopt(read(OWNER), read(CHILD)));
        var other = new OwnerReference(OWNER, "other");
        var child = read(CHILD);
        store.commit(Commit.of(new Write.Update(
                child, Draft.from(child).ownedBy(child.meta().owners().getFirst(), other))));

        store.commit(Ownership.release(read(OWNER).meta().uid(), read(CHILD)));

        assertThat(read(CHILD).meta().owners()).isEqualTo(List.of(other));
    }

    private Write create() {
        return new Write.Create(Draft.of(CHILD, Bytes.EMPTY));
    }

    private void delete(ObjectKey key) {
        store.commit(Commit.of(new Write.Delete(key, read(key).meta().uid())));
    }

    private StoredObject read(ObjectKey key) {
        return store.get(key, ReadAt.LATEST).orElseThrow();
    }
}
