package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.Shape.Listing;
import dev.banyan.api.compose.schema.Shape.ShortForm;
import java.util.List;

/** Scalars that stand for a mapping. */
final class ShortForms {
    private ShortForms() {}

    /** The text of one key. */
    static ShortForm key(String key) {
        return (written, spot) ->
                List.of(new Written(written.place()).put(key, written).mapping());
    }

    /** One item of a list under one key. */
    static ShortForm listed(String key) {
        return (written, spot) -> List.of(new Written(written.place())
                .put(key, new Sequence(written.place(), List.of(written)))
                .mapping());
    }

    /** {@code soft} and {@code hard} alike. */
    static List<Mapping> limit(Scalar written, Spot spot) {
        return List.of(new Written(written.place())
                .put("soft", written)
                .put("hard", written)
                .mapping());
    }

    /** {@code SOURCE:TARGET:PERMISSIONS} of {@code devices}. */
    static List<Mapping> device(Scalar written, Spot spot) {
        // A device by name may have colons in it, and is no path.
        boolean driver = written.text().contains("=") && !written.text().startsWith("/");
        var parts = driver ? new String[] {written.text()} : written.text().split(":", -1);
        boolean wrong = parts.length > 3 || List.of(parts).contains("");
        if (wrong) {
            spot.refuse(
                    "\"" + Shaper.shown(written.text()) + "\" is no device",
                    "write such as \"/dev/ttyUSB0:/dev/ttyUSB0:rwm\"");
            return List.of();
        }
        var device = new Written(written.place()).text("source", parts[0]);
        if (driver) {
            return List.of(device.mapping());
        }
        device.text("target", parts.length > 1 ? parts[1] : parts[0]);
        return List.of(
                device.text("permissions", parts.length > 2 ? parts[2] : "rwm").mapping());
    }

    /** {@code gpus: all}. */
    static List<Mapping> gpus(Scalar written, Spot spot) {
        if (!written.text().equals("all")) {
            spot.refuse("\"" + Shaper.shown(written.text()) + "\" must be \"all\" or a list of devices");
            return List.of();
        }
        return List.of(new Written(written.place()).text("count", "all").mapping());
    }

    /** Each name stands for what holds when nothing else is said. */
    static Listing dependency() {
        return name -> new Written(name.place())
                .text("condition", "service_started")
                .flag("required", true)
                .mapping();
    }

    /** Each name stands for no settings. */
    static Listing bare() {
        return name -> new Written(name.place()).mapping();
    }
}
