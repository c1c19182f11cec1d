package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads {@code extra_hosts} in all its forms into lines {@code name=address}. */
final class HostEntries {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9.]{7,15}|(?=[^:]*:)[0-9a-fA-F:.]{2,45}(%[a-z0-9]+)?|host-gateway");

    private final Spot spot;
    private final List<Node> found = new ArrayList<>();

    HostEntries(Spot spot) {
        this.spot = spot;
    }

    /** {@code name=address} or {@code name:address}. */
    void line(Scalar line, Spot at) {
        int separator = line.text().indexOf('=');
        int split = separator >= 0 ? separator : line.text().indexOf(':');
        if (split <= 0) {
            at.refuse(
                    "\"" + Shaper.shown(line.text()) + "\" is no host with its address",
                    "write such as \"db=192.0.2.7\"");
        } else {
            for (var address : line.text().substring(split + 1).split(",", -1)) {
                add(line, line.text().substring(0, split), address, at);
            }
        }
    }

    void member(Member member) {
        var at = spot.key(member.key(), member.at());
        var addresses = member.value() instanceof Sequence list ? list.items() : List.of(member.value());
        for (var address : addresses) {
            if (address instanceof Scalar scalar && !scalar.isNull()) {
                add(scalar, member.key(), scalar.text(), at.at(scalar.place()));
            } else {
                at.refuse("must be an address or a list of them");
            }
        }
    }

    private void add(Scalar written, String name, String text, Spot at) {
        var host = name.strip();
        var address = text.strip().replaceAll("^\\[(.*)]$", "$1");
        if (!NAME.matcher(host).matches()) {
            at.refuse("\"" + Shaper.shown(host) + "\" is no name of a host");
        } else if (!ADDRESS.matcher(address).matches()) {
            at.refuse("\"" + Shaper.shown(address) + "\" is no address", "write such as \"192.0.2.7\"");
        } else {
            found.add(new Scalar(written.place(), host + "=" + address, Kind.TEXT));
        }
    }

    List<Node> found() {
        return found;
    }
}
