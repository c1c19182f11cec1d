package dev.banyan.engine.server.call;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.Role;
import io.grpc.Context;
import java.util.Locale;
import java.util.Optional;

/**
 * Who makes a call.
 *
 * @param identity from the certificate; empty for one who has none yet, whose role is JOIN
 * @param serverDigest SHA-256 of the certificate that this engine showed on the connection
 */
public record Caller(Role role, Optional<SpiffeId> identity, byte[] serverDigest) {
    static final Context.Key<Caller> CONTEXT = Context.key("banyan-caller");

    /** The caller of the rpc that is being served. */
    public static Caller current() {
        var caller = CONTEXT.get();
        if (caller == null) {
            throw new IllegalStateException("a call came past the guard");
        }
        return caller;
    }

    /** The caller's name; empty for one without a certificate. */
    public String name() {
        return identity.map(SpiffeId::name).orElse("");
    }

    /** The caller for people, such as {@code agent web}. */
    public String title() {
        return role.name().toLowerCase(Locale.ROOT) + " " + name();
    }

    /** The identity of a caller whose rpc is for members only. */
    public SpiffeId member() {
        return identity.orElseThrow(
                () -> new IllegalStateException("a caller without a certificate came past the guard"));
    }

    static Role roleOf(Optional<SpiffeId> identity) {
        return identity.map(id -> switch (id.role()) {
                    case "admin" -> Role.ADMIN;
                    case "agent" -> Role.AGENT;
                    case "engine" -> Role.ENGINE;
                    case "controller" -> Role.CONTROLLER;
                    default -> Role.ROLE_UNSPECIFIED;
                })
                .orElse(Role.JOIN);
    }
}
