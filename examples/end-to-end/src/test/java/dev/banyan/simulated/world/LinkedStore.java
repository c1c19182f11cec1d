package dev.banyan.simulated.world;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.simulated.world.EngineLink.Answer;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The store as an agent has it: behind whichever engine answers. */
final class LinkedStore implements Store {
    private final EngineLink link;
    private final BiConsumer<Commit, WriteOutcome> witness;

    /** {@code witness} learns what came of every commit, also when the caller does not. */
    LinkedStore(EngineLink link, BiConsumer<Commit, WriteOutcome> witness) {
        this.link = link;
        this.witness = witness;
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return read(store -> store.get(key, at));
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return read(store -> store.list(selection, at));
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return new LinkedWatch(link, selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        var answer = link.<WriteOutcome>ask("commit", serving -> {
            var outcome = serving.plane().store().commit(commit);
            witness.accept(commit, outcome);
            return outcome;
        });
        return switch (answer) {
            case Answer.Given<WriteOutcome> given -> given.value().get();
            case Answer.Refused<WriteOutcome> refused -> new WriteOutcome.Unavailable("simulated: no engine");
            case Answer.Lost<WriteOutcome> lost -> new WriteOutcome.Unknown("simulated", "no answer");
        };
    }

    private <T> T read(Function<Store, T> question) {
        return switch (link.ask(
                "read", serving -> question.apply(serving.plane().store()))) {
            case Answer.Given<T> given -> given.value().get();
            case Answer.Refused<T> refused -> throw unavailable("no engine");
            case Answer.Lost<T> lost -> throw unavailable("no answer");
        };
    }

    private static StoreException unavailable(String why) {
        return new StoreException(StoreException.Reason.UNAVAILABLE, "simulated: " + why);
    }
}
