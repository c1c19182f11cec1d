package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Keys;
import dev.banyan.api.source.Position;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Decodes {@code ports}: {@code "8080:80/tcp"} with ranges, and the long form with {@code target}, {@code published}, {@code protocol}. */
final class PortDecoder {
    /** A range publishes at most so many ports; each costs a rule on every agent. */
    static final int RANGE_MAX = 100;

    private static final int PORT_MAX = 65_535;
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:-([0-9]{1,6}))?");
    private static final Keys LONG_FORM =
            Keys.of("target", "published", "protocol").butNot("host_ip", "mode", "name", "app_protocol");
    private static final Map<String, Protocol> PROTOCOLS = Map.of("tcp", Protocol.TCP, "udp", Protocol.UDP);

    private PortDecoder() {}

    /** A port with the place where it was asked for. */
    record Placed(PortMapping port, Position position) {}

    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }
    }

    /** All ports, ranges written out, in the order of the file. */
    static List<Placed> decode(Field ports) {
        var decoded = new ArrayList<Placed>();
        for (var item : ports.items()) {
            var mappings = item.isMapping() ? longForm(item) : shortForm(item);
            mappings.forEach(
                    mapping -> decoded.add(new Placed(mapping, item.value().position())));
        }
        return decoded;
    }

    private static List<PortMapping> shortForm(Field item) {
        var text = item.text();
        if (text.isEmpty()) {
            return List.of();
        }
        int slash = text.get().indexOf('/');
        var protocol = slash < 0
                ? Optional.of(Protocol.TCP)
                : protocol(item, text.get().substring(slash + 1));
        var numbers = slash < 0 ? text.get() : text.get().substring(0, slash);
        int colon = numbers.lastIndexOf(':');
        if (colon >= 0 && numbers.substring(0, colon).matches(".*[:.\\]].*")) {
            item.refuse(
                    "a port on one host address is not supported yet",
                    "write \"" + numbers.substring(numbers.lastIndexOf(':', colon - 1) + 1) + "\" for all addresses");
            return List.of();
        }
        var target = range(item, numbers.substring(colon + 1));
        var published = colon < 0 ? Optional.<Range>empty() : range(item, numbers.substring(0, colon));
        if (target.isEmpty() || protocol.isEmpty() || (colon >= 0 && published.isEmpty())) {
            return List.of();
        }
        return expand(item, target.get(), published, protocol.get());
    }

    private static List<PortMapping> longForm(Field item) {
        var target = OptionalInt.empty();
        var published = Optional.<Range>empty();
        var protocol = Optional.of(Protocol.TCP);
        for (var field : LONG_FORM.of(item)) {
            switch (field.name()) {
                case "target" -> target = port(field);
                case "published" -> published = field.text().flatMap(text -> range(field, text));
                default -> protocol = field.text().flatMap(text -> protocol(field, text));
            }
        }
        boolean given = item.members().stream().anyMatch(field -> field.name().equals("target"));
        if (!given) {
            item.refuse("has no \"target\", the port inside the container");
        }
        if (target.isEmpty() || protocol.isEmpty()) {
            return List.of();
        }
        return expand(item, new Range(target.getAsInt(), target.getAsInt()), published, protocol.get());
    }

    private static List<PortMapping> expand(Field item, Range target, Optional<Range> published, Protocol protocol) {
        if (published.isPresent() && published.get().size() != target.size()) {
            item.refuse("both ranges must have the same length, not "
                    + published.get().size() + " and " + target.size());
            return List.of();
        }
        var mappings = new ArrayList<PortMapping>();
        for (int i = 0; i < target.size(); i++) {
            int host = published.isPresent() ? published.get().first() + i : 0;
            mappings.add(PortMapping.newBuilder()
                    .setTarget(target.first() + i)
                    .setPublished(host)
                    .setProtocol(protocol)
                    .build());
        }
        return mappings;
    }

    private static OptionalInt port(Field field) {
        var number = field.integer(1, PORT_MAX);
        return number.isPresent() ? OptionalInt.of((int) number.getAsLong()) : OptionalInt.empty();
    }

    private static Optional<Range> range(Field field, String text) {
        var match = RANGE.matcher(text);
        if (!match.matches()) {
            field.refuse("\"" + text + "\" is no port", "write such as \"8080:80\" or \"8080-8082:80-82\"");
            return Optional.empty();
        }
        int first = Integer.parseInt(match.group(1));
        int last = match.group(2) == null ? first : Integer.parseInt(match.group(2));
        if (first < 1 || last > PORT_MAX || first > last || last - first >= RANGE_MAX) {
            field.refuse("\"" + text + "\" must lie in 1 to " + PORT_MAX + ", with at most " + RANGE_MAX
                    + " ports in rising order");
            return Optional.empty();
        }
        return Optional.of(new Range(first, last));
    }

    private static Optional<Protocol> protocol(Field field, String text) {
        var protocol = Optional.ofNullable(PROTOCOLS.get(text));
        if (protocol.isEmpty()) {
            field.refuse(
                    "\"" + text + "\" is no protocol that can be published",
                    Suggestions.didYouMean(text, PROTOCOLS.keySet()).orElse("write \"tcp\" or \"udp\""));
        }
        return protocol;
    }
}
