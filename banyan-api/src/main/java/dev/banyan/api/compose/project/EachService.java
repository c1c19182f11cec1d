package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.Spot;
import java.util.ArrayList;
import java.util.function.BiFunction;

/** Goes over the services of a tree. */
final class EachService {
    private EachService() {}

    /** The tree with what {@code completed} makes of each service, given where it stands. What is no service stays as it is. */
    static Mapping of(Mapping tree, Level.Session session, BiFunction<Mapping, Spot, Mapping> completed) {
        var services = tree.member("services");
        if (services.isEmpty() || !(services.get().value() instanceof Mapping all)) {
            return tree;
        }
        var members = new ArrayList<Member>(all.members().size());
        for (var service : all.members()) {
            var trail = Trail.ROOT.key("services").key(service.key());
            members.add(
                    service.value() instanceof Mapping own
                            ? service.with(completed.apply(own, new Spot(session.complaints(), trail, service.at())))
                            : service);
        }
        return tree.with(services.get().with(all.with(members)));
    }
}
