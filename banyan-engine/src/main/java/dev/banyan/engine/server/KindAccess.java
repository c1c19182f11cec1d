package dev.banyan.engine.server;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Role;
import dev.banyan.api.wire.ApiException;
import dev.banyan.engine.definition.DefinedKind;
import dev.banyan.engine.definition.DefinedKind.Deed;
import dev.banyan.engine.definition.DefinedKinds;
import dev.banyan.engine.server.call.AccessTable.Action;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Caller;
import java.util.Locale;
import java.util.Optional;

/** Judges wishes about objects of kinds that are not Banyan's own: by the kind's definition, or as unknown. Thread-safe. */
final class KindAccess {
    private final DefinedKinds kinds;

    KindAccess(DefinedKinds kinds) {
        this.kinds = kinds;
    }

    /** True for kinds that are judged here; engines keep things of their own in the store, and may. */
    boolean judges(Caller caller, String kind) {
        return caller.role() != Role.ENGINE
                && !kind.startsWith(".")
                && Kinds.named(kind).isEmpty();
    }

    /** Throws unless it is allowed; {@code what} is named in the refusal. */
    void require(Caller caller, Action action, String kind, String what) {
        var known = kinds.find(kind);
        if (allowed(known, caller, action)) {
            return;
        }
        // This engine's copy may be behind what the caller has seen at another one.
        var newest = kinds.newest(kind);
        if (newest.isEmpty()) {
            throw unregistered(kind);
        }
        if (!allowed(newest, caller, action)) {
            throw ObjectAccess.denied(caller, action, what);
        }
    }

    static ApiException unregistered(String kind) {
        return Answers.rejected(
                "key.kind",
                Kinds.isUserDefined(kind)
                        ? "the kind " + kind + " is not registered; the controller that keeps such objects registers it"
                                + " when it starts (banyan-cli kinds shows what is registered)"
                        : "there is no kind " + kind);
    }

    private static boolean allowed(Optional<DefinedKind> kind, Caller caller, Action action) {
        var role = caller.role().name().toLowerCase(Locale.ROOT);
        return kind.filter(known -> known.allows(role, caller.name(), deed(action)))
                .isPresent();
    }

    private static Deed deed(Action action) {
        return switch (action) {
            case READ -> Deed.READ;
            case CREATE, UPDATE, DELETE -> Deed.WRITE_SPEC;
            case REPORT -> Deed.WRITE_STATUS;
        };
    }
}
