package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.v1.Logging;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Decodes {@code logging}: agents keep output in files of their own, which are told how large and how many. */
final class LoggingDecoder {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})([bkmg]?)b?");
    private static final List<String> DRIVERS = List.of("json-file", "local", "none");

    private final Spot spot;
    private final Logging.Builder decoded = Logging.newBuilder();

    private LoggingDecoder(Spot spot) {
        this.spot = spot;
    }

    static Logging decode(Mapping logging, Spot spot) {
        var decoder = new LoggingDecoder(spot);
        decoder.read(logging);
        return decoder.decoded.build();
    }

    private void read(Mapping logging) {
        var driver = logging.text("driver").orElse("json-file");
        if (!DRIVERS.contains(driver)) {
            var member = logging.member("driver").orElseThrow();
            spot.key("driver", member.value().place())
                    .refuse(
                            "\"" + driver + "\" is not supported: output is kept on the agent, for banyan-cli logs",
                            "write \"json-file\", \"local\" or \"none\"");
            return; // Its options are its own.
        }
        decoded.setNone(driver.equals("none"));
        for (var option : logging.mapping("options").members()) {
            option(option, spot.key("options", option.at()).key(option.key(), option.at()));
        }
    }

    private void option(Member option, Spot at) {
        var text = option.value() instanceof Scalar value ? value.text() : "";
        if (decoded.getNone() || !List.of("max-size", "max-file").contains(option.key())) {
            var known =
                    decoded.getNone() ? "with driver none there are none" : "known are \"max-size\" and \"max-file\"";
            at.refuse("\"" + option.key() + "\" is no option that is supported", known);
        } else if (option.key().equals("max-size")) {
            size(text, at);
        } else if (text.matches("[1-9][0-9]{0,8}")) {
            decoded.setFiles(Integer.parseInt(text));
        } else {
            at.refuse("\"" + text + "\" is no number of files", "write such as \"3\"");
        }
    }

    private void size(String text, Spot at) {
        var size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
            at.refuse("\"" + text + "\" is no size of a file", "write such as \"10m\"");
            return;
        }
        int power = "bkmg".indexOf(size.group(2).isEmpty() ? "b" : size.group(2));
        decoded.setFileBytes(Long.parseLong(size.group(1)) << (10 * power));
    }
}
