package dev.banyan.engine.definition;

import dev.banyan.api.kinds.Names;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Who is meant by {@code controller}, {@code controller/cron} and the like. Pure. */
final class Grants {
    /** Engines need no grant: they have the store's own credentials. */
    private static final List<String> ROLES = List.of("admin", "agent", "controller");

    private Grants() {}

    static boolean cover(Collection<String> grants, String role, String member) {
        return grants.contains(role) || grants.contains(role + "/" + member);
    }

    /** Why {@code grant} names nobody; empty when it names somebody. */
    static Optional<String> problem(String grant) {
        int slash = grant.indexOf('/');
        var role = slash < 0 ? grant : grant.substring(0, slash);
        if (!ROLES.contains(role)) {
            return Optional.of("is a role (" + String.join(", ", ROLES)
                    + ") or a role and a name such as controller/cron, not '" + grant + "'");
        }
        return slash < 0 ? Optional.empty() : Names.problem(grant.substring(slash + 1));
    }
}
