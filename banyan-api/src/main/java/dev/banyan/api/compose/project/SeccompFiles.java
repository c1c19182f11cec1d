package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.compose.settings.SeccompDecoder;
import dev.banyan.api.compose.settings.SeccompOption;
import dev.banyan.api.v1.SeccompProfile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/** Puts the filters of system calls that services name by their files into the tree, so that it needs no file any more. */
final class SeccompFiles {
    private final Level.Session session;

    SeccompFiles(Level.Session session) {
        this.session = session;
    }

    /** The tree with each filter in place of its path. */
    Mapping complete(Mapping tree) {
        return EachService.of(tree, session, this::service);
    }

    private Mapping service(Mapping service, Spot spot) {
        var options = service.member("security_opt");
        if (options.isEmpty() || !(options.get().value() instanceof Sequence list)) {
            return service;
        }
        var items = new ArrayList<Node>(list.items().size());
        var at = spot.key("security_opt", options.get().at());
        for (var item : list.items()) {
            items.add(item instanceof Scalar option ? option(option, at.index(items.size(), item.place())) : item);
        }
        return service.with(options.get().with(new Sequence(list.place(), items)));
    }

    private Scalar option(Scalar option, Spot at) {
        return SeccompOption.file(option.text())
                .flatMap(path -> profile(path, at))
                .map(profile -> new Scalar(option.place(), SeccompOption.whole(profile), Kind.TEXT))
                .orElse(option);
    }

    private Optional<SeccompProfile> profile(String name, Spot at) {
        var path = path(name);
        var origin = path.flatMap(file -> session.library().open(file, false));
        if (origin.isEmpty()) {
            at.refuse(
                    "the file \"" + name + "\" " + session.library().absence(),
                    "write the path of a profile in Docker's form, or \"seccomp=unconfined\"");
            return Optional.empty();
        }
        return session.library()
                .document(origin.get(), path.get())
                .flatMap(profile -> SeccompDecoder.decode(profile, at));
    }

    private Optional<Path> path(String name) {
        try {
            return Optional.of(session.project().resolve(name).normalize());
        } catch (InvalidPathException malformed) {
            return Optional.empty();
        }
    }
}
