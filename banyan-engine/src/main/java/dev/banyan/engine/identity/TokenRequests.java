package dev.banyan.engine.identity;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Names;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.JoinTokenSpec;
import java.util.List;
import java.util.Locale;

/** What an admin may ask a token for. Pure. */
final class TokenRequests {
    private static final List<String> READABLE =
            Kinds.OPEN_TO_CONTROLLERS.stream().map(kind -> kind.name()).toList();

    private TokenRequests() {}

    /** Role, and for a controller name and grants; throws a REJECTED {@link dev.banyan.api.wire.ApiException}. */
    static JoinTokenSpec wanted(CreateTokenRequest request) {
        var spec = JoinTokenSpec.newBuilder().setRole(request.getRole().name().toLowerCase(Locale.ROOT));
        return switch (request.getRole()) {
            case ADMIN, AGENT -> {
                if (!request.getName().isEmpty() || request.getReadsCount() > 0) {
                    throw Enrollment.rejected("name", "and reads are for controllers");
                }
                yield spec.build();
            }
            case CONTROLLER -> controller(request, spec);
            case ENGINE, JOIN, ROLE_UNSPECIFIED, UNRECOGNIZED ->
                throw Enrollment.rejected("role", "must be ADMIN, AGENT or CONTROLLER");
        };
    }

    private static JoinTokenSpec controller(CreateTokenRequest request, JoinTokenSpec.Builder spec) {
        Names.problem(request.getName()).ifPresent(problem -> {
            throw Enrollment.rejected("name", "of the controller " + problem);
        });
        for (int i = 0; i < request.getReadsCount(); i++) {
            if (!READABLE.contains(request.getReads(i))) {
                throw Enrollment.rejected(
                        "reads[" + i + "]",
                        "is '" + request.getReads(i) + "', and controllers may be granted "
                                + String.join(", ", READABLE));
            }
        }
        return spec.setName(request.getName())
                .addAllReads(request.getReadsList().stream().sorted().distinct().toList())
                .build();
    }
}
