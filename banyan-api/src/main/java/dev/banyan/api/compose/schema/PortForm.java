package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Form.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code "127.0.0.1:8080-8081:80-81/tcp"} and all that is shorter. */
final class PortForm {
    /** A range publishes at most so many ports; each costs a rule on every agent. */
    static final int RANGE_MAX = 100;

    /** What may be published: a port, or a range from which one is taken. */
    static final Form PUBLISHED = PortForm::published;

    static final Form PROTOCOL = Forms.word("protocol that can be published", "tcp", "udp", "sctp");
    static final Form ADDRESS =
            Forms.matching("address of a host", "[0-9.]{7,15}|\\[?(?=[^:]*:)[0-9a-fA-F:.]{2,45}]?", "192.0.2.7");

    private static final int PORT_MAX = 65_535;
    private static final Pattern RANGE = Pattern.compile("([0-9]{1,6})(?:-([0-9]{1,6}))?");
    private static final Pattern BOTH = Pattern.compile("(?:(.*):)?([^:]*):([^:]*)");

    private final Scalar written;
    private final Spot spot;

    private PortForm(Scalar written, Spot spot) {
        this.written = written;
        this.spot = spot;
    }

    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }

        String text() {
            return size() == 1 ? Integer.toString(first) : first + "-" + last;
        }
    }

    /** All ports, ranges written out. */
    static List<Mapping> expand(Scalar written, Spot spot) {
        return new PortForm(written, spot).expand();
    }

    /** The protocol is written out; a port must be there, since no other file can add it. */
    static Mapping complete(Mapping port, Spot spot, Base base) {
        if (port.member("target").isEmpty()) {
            spot.refuse("has no \"target\", the port inside the container");
        }
        var added = new Written(port.place())
                .text("protocol", "tcp")
                .mapping()
                .members()
                .getFirst();
        return port.member("protocol").isPresent() ? port : port.with(added);
    }

    private List<Mapping> expand() {
        int slash = written.text().indexOf('/');
        var protocol = slash < 0 ? "tcp" : written.text().substring(slash + 1);
        var numbers = slash < 0 ? written.text() : written.text().substring(0, slash);
        var both = BOTH.matcher(numbers);
        boolean matched = both.matches();
        var host = matched ? Optional.ofNullable(both.group(1)) : Optional.<String>empty();
        var published = matched && !(host.isPresent() && both.group(2).isEmpty())
                ? Optional.of(both.group(2))
                : Optional.<String>empty();
        var target = range(matched ? both.group(3) : numbers);
        var range = published.flatMap(this::range);
        boolean right = right(PROTOCOL, protocol)
                & host.map(text -> right(ADDRESS, text)).orElse(true);
        if (target.isEmpty() || !right || published.isPresent() && range.isEmpty()) {
            return List.of();
        }
        return mappings(target.get(), range, host, protocol);
    }

    private boolean right(Form form, String text) {
        if (form.read(text, true) instanceof Reading.Wrong wrong) {
            spot.refuse(wrong.message(), wrong.suggestion());
            return false;
        }
        return true;
    }

    private List<Mapping> mappings(Range target, Optional<Range> published, Optional<String> host, String protocol) {
        boolean choice = published.isPresent() && target.size() == 1;
        if (published.isPresent() && !choice && published.get().size() != target.size()) {
            spot.refuse("both ranges must have the same length, not "
                    + published.get().size() + " and " + target.size());
            return List.of();
        }
        var mappings = new ArrayList<Mapping>();
        for (int i = 0; i < target.size(); i++) {
            var port = new Written(written.place()).whole("target", target.first() + i);
            int offset = i;
            published.ifPresent(
                    range -> port.text("published", choice ? range.text() : Integer.toString(range.first() + offset)));
            host.ifPresent(address -> port.text("host_ip", address.replaceAll("[\\[\\]]", "")));
            mappings.add(port.text("protocol", protocol).mapping());
        }
        return mappings;
    }

    private Optional<Range> range(String text) {
        var match = RANGE.matcher(text);
        if (!match.matches()) {
            spot.refuse(
                    "\"" + Shaper.shown(text) + "\" is no port", "write such as \"8080:80\" or \"8080-8082:80-82\"");
            return Optional.empty();
        }
        var range = parsed(text);
        if (range.isEmpty()) {
            spot.refuse("\"" + text + "\" must lie in 1 to " + PORT_MAX + ", with at most " + RANGE_MAX
                    + " ports in rising order");
        }
        return range;
    }

    private static Optional<Range> parsed(String text) {
        var match = RANGE.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        int first = Integer.parseInt(match.group(1));
        int last = match.group(2) == null ? first : Integer.parseInt(match.group(2));
        boolean wrong = first < 1 || last > PORT_MAX || first > last || last - first >= RANGE_MAX;
        return wrong ? Optional.empty() : Optional.of(new Range(first, last));
    }

    private static Reading published(String text, boolean quoted) {
        return parsed(text).isPresent()
                ? new Reading.Value(parsed(text).get().text(), Kind.TEXT)
                : new Reading.Wrong(
                        "\"" + Shaper.shown(text) + "\" is no port",
                        Optional.of("write such as \"8080\" or \"8080-8082\""));
    }
}
