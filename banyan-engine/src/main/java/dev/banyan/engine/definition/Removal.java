package dev.banyan.engine.definition;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;

/**
 * How a definition goes. First it is marked, which ends creates: each carries the definition's revision as a condition. Only then objects
 * are counted, so that none can come behind the count. Every step may be repeated, by anybody.
 */
final class Removal {
    private final Store store;

    Removal(Store store) {
        this.store = store;
    }

    /** Where it has got to; {@code last} is how the newest commit ended. */
    record Progress(boolean gone, int objects, WriteOutcome last) {}

    /** Marks a definition that nobody else has written since. */
    WriteOutcome mark(StoredObject definition, KindDefinitionSpec.Removal removal) {
        var spec = Kinds.DEFINITIONS.spec().decode(definition.spec()).toBuilder()
                .setRemoval(removal)
                .build();
        var draft = Draft.from(definition).withSpec(Kinds.DEFINITIONS.spec().encode(spec));
        return store.commit(Commit.of(new Write.Update(definition, draft)));
    }

    /** One step onwards for a definition as it was read; an unmarked one is left alone. */
    Progress step(StoredObject definition) {
        var removal = Kinds.DEFINITIONS.spec().decode(definition.spec()).getRemoval();
        var left = objects(definition.key().name());
        return switch (removal) {
            case NONE, UNRECOGNIZED -> unchanged(left, definition);
            case IF_EMPTY, WITH_OBJECTS -> {
                if (left.isEmpty()) {
                    var outcome = forget(definition);
                    yield new Progress(outcome.written(), 0, outcome);
                }
                yield removal == KindDefinitionSpec.Removal.IF_EMPTY
                        ? new Progress(false, left.size(), mark(definition, KindDefinitionSpec.Removal.NONE))
                        : delete(left, definition);
            }
        };
    }

    List<StoredObject> objects(String kind) {
        return store.list(Selection.of(kind).with(Selection.Detail.METADATA), ReadAt.LATEST)
                .objects();
    }

    private static Progress unchanged(List<StoredObject> left, StoredObject definition) {
        return new Progress(
                false, left.size(), new WriteOutcome.Written(definition.meta().revision()));
    }

    private WriteOutcome forget(StoredObject definition) {
        var same =
                new Precondition.Unchanged(definition.key(), definition.meta().revision());
        return store.commit(
                Commit.of(new Write.Delete(definition.key(), definition.meta().uid()))
                        .under(same));
    }

    /** One that somebody else deleted meanwhile spoils its commit; the next step sees to the others. */
    private Progress delete(List<StoredObject> left, StoredObject definition) {
        WriteOutcome last = new WriteOutcome.Written(definition.meta().revision());
        var wanted = left.stream().filter(object -> !object.meta().deleting()).toList();
        for (int from = 0; from < wanted.size(); from += Commit.WRITES_MAX) {
            var writes = new ArrayList<Write>();
            for (var object : wanted.subList(from, Math.min(wanted.size(), from + Commit.WRITES_MAX))) {
                writes.add(new Write.Delete(object.key(), object.meta().uid()));
            }
            last = store.commit(new Commit(List.of(), writes));
        }
        return new Progress(false, left.size(), last);
    }
}
