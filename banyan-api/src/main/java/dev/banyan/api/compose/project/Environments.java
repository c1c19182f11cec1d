package dev.banyan.api.compose.project;

import dev.banyan.api.compose.dotenv.DotEnv;
import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.node.Origin;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.source.Problems;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Completes the variables and labels of services from files and from the caller. */
final class Environments {
    /** Most variables of a service. */
    static final int VARIABLES_MAX = 256;

    /** Most characters of one value. */
    static final int VALUE_MAX = 32 * 1024;

    private final Level.Session session;
    private final Map<String, String> caller;
    private final Map<Read, Map<String, Member>> read = new HashMap<>();

    private record Read(Origin origin, boolean raw) {}

    Environments(Level.Session session, Map<String, String> caller) {
        this.session = session;
        this.caller = caller;
    }

    /** The tree with each service's whole environment, and without the names of files. */
    Mapping complete(Mapping tree) {
        return EachService.of(tree, session, this::service);
    }

    private Mapping service(Mapping service, Spot spot) {
        var environment = environment(service, spot);
        var labels = labels(service, spot);
        var result = service.without("env_file").without("label_file");
        result = environment.isPresent() ? result.with(environment.get()) : result;
        return labels.isPresent() ? result.with(labels.get()) : result;
    }

    private Optional<Member> environment(Mapping service, Spot spot) {
        var files = service.member("env_file");
        var own = service.member("environment");
        var key = own.or(() -> files);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        var variables = new LinkedHashMap<String, Member>();
        var items = service.items("env_file");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping file) {
                file(file, spot.key("env_file", file.place()).index(i, file.place()), variables);
            }
        }
        service.mapping("environment").members().forEach(member -> put(member, variables, spot));
        var at = spot.key("environment", key.get().at());
        limit(variables, at);
        var place = key.get().value().place();
        return Optional.of(new Member(
                key.get().at(), "environment", new Mapping(place, List.copyOf(variables.values())), Mark.NONE));
    }

    private void file(Mapping file, Spot spot, Map<String, Member> into) {
        var path = file.text("path").orElse("");
        if (path.isEmpty()) {
            return; // The shaper complained of it.
        }
        var origin = session.library().open(session.project().resolve(path).normalize(), true);
        if (origin.isEmpty() && file.flag("required", true)) {
            spot.refuse("the file \"" + path + "\" " + session.library().absence());
        }
        origin.ifPresent(found -> read(found, file.text("format").isPresent(), into));
    }

    /** A file is read once, also when every service names it. */
    private void read(Origin origin, boolean raw, Map<String, Member> into) {
        into.putAll(read.computeIfAbsent(new Read(origin, raw), this::members));
    }

    private Map<String, Member> members(Read file) {
        var origin = file.origin();
        var into = new LinkedHashMap<String, Member>();
        var problems = Problems.inSecret(origin.source());
        var text = origin.source().text();
        var read = file.raw() ? DotEnv.readRaw(text, caller, problems) : DotEnv.read(text, caller, problems);
        var place = Place.start(origin);
        read.forEach((name, value) -> into.put(name, member(place, name, value)));
        session.complaints().refuseAll(origin, problems);
        return into;
    }

    private static Member member(Place place, String name, String value) {
        return new Member(place, name, new Scalar(place, value, Kind.TEXT), Mark.NONE);
    }

    /** Without a value the caller's is taken; when the caller has none, the variable is absent. */
    private void put(Member member, Map<String, Member> into, Spot spot) {
        var inherited = Optional.ofNullable(caller.get(member.key()));
        boolean bare = member.value() instanceof Scalar scalar && scalar.isNull();
        if (bare && inherited.isEmpty()) {
            into.remove(member.key());
            return;
        }
        var whole = bare ? member.with(new Scalar(member.value().place(), inherited.orElse(""), Kind.TEXT)) : member;
        if (whole.value() instanceof Scalar value
                && (value.text().length() > VALUE_MAX || value.text().indexOf('\0') >= 0)) {
            spot.key("environment", member.at())
                    .key(member.key(), member.at())
                    .refuse("a value must be at most " + VALUE_MAX / 1024 + " KiB and hold no NUL");
        }
        into.put(member.key(), whole);
    }

    private static void limit(Map<String, Member> variables, Spot spot) {
        if (variables.size() > VARIABLES_MAX) {
            spot.refuse("sets " + variables.size() + " variables; at most " + VARIABLES_MAX + " are possible");
        }
        boolean tooLong = variables.values().stream()
                .anyMatch(member -> member.at().origin().secret()
                        && member.value() instanceof Scalar value
                        && value.text().length() > VALUE_MAX);
        if (tooLong) {
            spot.refuse("a value is longer than " + VALUE_MAX / 1024 + " KiB");
        }
    }

    /** Labels of files, then those of the service, which win. */
    private Optional<Member> labels(Mapping service, Spot spot) {
        var files = service.member("label_file");
        if (files.isEmpty() || !(files.get().value() instanceof Sequence list)) {
            return Optional.empty();
        }
        var labels = new LinkedHashMap<String, Member>();
        for (Node item : list.items()) {
            var path = item instanceof Scalar scalar ? scalar.text() : "";
            var origin = session.library().open(session.project().resolve(path).normalize(), true);
            if (origin.isEmpty()) {
                spot.key("label_file", item.place())
                        .refuse("the file \"" + path + "\" " + session.library().absence());
            }
            origin.ifPresent(found -> read(found, false, labels));
        }
        service.mapping("labels").members().forEach(member -> labels.put(member.key(), member));
        var at = service.member("labels").or(() -> files).orElse(files.get());
        return Optional.of(
                new Member(at.at(), "labels", new Mapping(list.place(), List.copyOf(labels.values())), Mark.NONE));
    }
}
