package dev.banyan.engine.definition;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes definitions in and lets them go. Thread-safe; calls block on the store. Refusals are {@link ApiException}s. */
public final class Registration {
    /** Every engine keeps every definition read. */
    static final int KINDS_MAX = 100;

    /** Who loses so many races is told; registrations are rare. */
    private static final int ATTEMPTS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private final Store store;
    private final Removal removal;

    public Registration(Store store) {
        this.store = store;
        this.removal = new Removal(store);
    }

    /** See the rpc. */
    public RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller) {
        var name = request.getKind();
        var wanted = request.getDefinition();
        refuse("the definition is refused", DefinitionRules.problems(name, wanted));
        return untilDone(name, () -> {
            var found = find(name);
            return found.isEmpty() ? create(name, wanted, caller) : change(found.get(), wanted, caller);
        });
    }

    /** See the rpc. */
    public RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller) {
        var name = request.getKind();
        return untilDone(name, () -> remove(required(name), request.getWithObjects(), caller));
    }

    private Optional<RegisterKindResponse> create(String name, KindDefinitionSpec wanted, SpiffeId caller) {
        int others = store.list(Selection.of(Kinds.DEFINITIONS.name()), ReadAt.LATEST)
                .objects()
                .size();
        if (others >= KINDS_MAX) {
            throw new ApiException(
                    Reason.OVERLOADED,
                    KINDS_MAX + " kinds are registered, which is all there can be; remove one first");
        }
        var spec = wanted.toBuilder().setVersion(1).setAuthor(author(caller)).build();
        var draft = Draft.of(DefinedKinds.key(name), Kinds.DEFINITIONS.spec().encode(spec));
        return landed(store.commit(Commit.of(new Write.Create(draft)))).map(revision -> {
            LOG.atInfo()
                    .addKeyValue("kind", name)
                    .addKeyValue("author", author(caller))
                    .log("kind registered");
            return answer(revision, 1, true);
        });
    }

    private Optional<RegisterKindResponse> change(StoredObject found, KindDefinitionSpec wanted, SpiffeId caller) {
        var name = found.key().name();
        var present = Kinds.DEFINITIONS.spec().decode(found.spec());
        if (present.getRemoval() != KindDefinitionSpec.Removal.NONE) {
            throw new ApiException(
                    Reason.CONFLICT,
                    name + " is being removed; register it again when it is gone",
                    Map.of(
                            "key",
                            found.key().path(),
                            "revision",
                            "" + found.meta().revision()),
                    List.of());
        }
        if (Evolution.same(present, wanted)) {
            return Optional.of(answer(found.meta().revision(), present.getVersion(), false));
        }
        requireAuthor(found, present, wanted, caller);
        refuse("the change would break objects of " + name + " that are valid", Evolution.breaks(present, wanted));
        var spec = wanted.toBuilder()
                .setVersion(present.getVersion() + 1)
                .setAuthor(present.getAuthor())
                .build();
        var draft = Draft.from(found).withSpec(Kinds.DEFINITIONS.spec().encode(spec));
        return landed(store.commit(Commit.of(new Write.Update(found, draft)))).map(revision -> {
            LOG.atInfo()
                    .addKeyValue("kind", name)
                    .addKeyValue("version", spec.getVersion())
                    .log("kind changed");
            return answer(revision, spec.getVersion(), true);
        });
    }

    private static void requireAuthor(
            StoredObject found, KindDefinitionSpec present, KindDefinitionSpec wanted, SpiffeId caller) {
        if (owns(present, caller)) {
            return;
        }
        var first = Evolution.breaks(present, wanted).stream()
                .findFirst()
                .map(difference -> " (" + difference.field() + " " + difference.message() + ")")
                .orElse("");
        throw new ApiException(
                Reason.ALREADY_EXISTS,
                found.key().name() + " was registered otherwise by " + present.getAuthor() + first
                        + "; take another name, or have it changed by them or an admin",
                Map.of("key", found.key().path()),
                List.of());
    }

    private Optional<RemoveKindResponse> remove(StoredObject found, boolean withObjects, SpiffeId caller) {
        var name = found.key().name();
        var present = Kinds.DEFINITIONS.spec().decode(found.spec());
        if (!owns(present, caller)) {
            throw new ApiException(
                    Reason.DENIED,
                    author(caller) + " may not remove " + name + ", which was registered by " + present.getAuthor());
        }
        int objects = removal.objects(name).size();
        if (!withObjects) {
            refuseWhile(objects, name);
        }
        var mark = withObjects ? KindDefinitionSpec.Removal.WITH_OBJECTS : KindDefinitionSpec.Removal.IF_EMPTY;
        var landed =
                present.getRemoval() == mark ? Optional.of(found.meta().revision()) : landed(removal.mark(found, mark));
        return landed.map(revision -> step(name, revision));
    }

    /** The first step is taken here, so that a kind without objects is gone when this answers. */
    private RemoveKindResponse step(String name, long marked) {
        var answer = RemoveKindResponse.newBuilder().setRevision(marked);
        var found = find(name);
        if (found.isEmpty()) {
            return answer.setRemoved(true).build();
        }
        var progress = removal.step(found.get());
        var present = Kinds.DEFINITIONS.spec().decode(found.get().spec());
        if (present.getRemoval() == KindDefinitionSpec.Removal.IF_EMPTY) {
            refuseWhile(progress.objects(), name); // they came between the first count and the mark
        }
        if (progress.last() instanceof WriteOutcome.Written(var revision)) {
            answer.setRevision(revision);
        }
        LOG.atInfo()
                .addKeyValue("kind", name)
                .addKeyValue("objects", progress.objects())
                .log("removal of a kind begun");
        return answer.setRemoved(progress.gone())
                .setObjectsLeft(progress.objects())
                .build();
    }

    private static void refuseWhile(int objects, String name) {
        if (objects > 0) {
            refuse(
                    name + " has " + objects + (objects == 1 ? " object" : " objects"),
                    List.of(new Violation(
                            "kind", "has objects: delete them first, or have them deleted too (--with-objects)")));
        }
    }

    /** {@code attempt} is empty when somebody else wrote in between. */
    private static <R> R untilDone(String name, Supplier<Optional<R>> attempt) {
        for (int i = 0; i < ATTEMPTS; i++) {
            var done = attempt.get();
            if (done.isPresent()) {
                return done.get();
            }
        }
        throw new ApiException(Reason.UNAVAILABLE, "others change " + name + " all the time; try again");
    }

    private static Optional<Long> landed(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Written(var revision) -> Optional.of(revision);
            case WriteOutcome.Conflict other -> Optional.empty();
            case WriteOutcome.AlreadyExists other -> Optional.empty();
            case WriteOutcome.NotFound other -> Optional.empty();
            case WriteOutcome other -> throw WireErrors.failure(other).orElseThrow();
        };
    }

    private Optional<StoredObject> find(String name) {
        try {
            return store.get(DefinedKinds.key(name), ReadAt.LATEST);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty(); // a name that cannot be one is not registered
        }
    }

    private StoredObject required(String name) {
        return find(name)
                .orElseThrow(() ->
                        new ApiException(Reason.NOT_FOUND, "no kind " + name + " is registered", Map.of(), List.of()));
    }

    private static boolean owns(KindDefinitionSpec present, SpiffeId caller) {
        return caller.role().equals("admin") || present.getAuthor().equals(author(caller));
    }

    private static String author(SpiffeId caller) {
        return caller.role() + "/" + caller.name();
    }

    private static void refuse(String message, List<Violation> problems) {
        if (!problems.isEmpty()) {
            throw new ApiException(Reason.REJECTED, message, Map.of(), problems);
        }
    }

    private static RegisterKindResponse answer(long revision, int version, boolean changed) {
        return RegisterKindResponse.newBuilder()
                .setRevision(revision)
                .setVersion(version)
                .setChanged(changed)
                .build();
    }
}
