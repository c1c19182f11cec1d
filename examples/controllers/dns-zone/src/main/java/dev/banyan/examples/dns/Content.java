package dev.banyan.examples.dns;

import dev.banyan.runtime.resource.Resource;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * What the file of a zone says, but for its serial number. Pure.
 *
 * @param head up to the serial
 * @param tail from there on
 */
record Content(String head, String tail) {
    /** What is served for a zone and its records, which come in key order. */
    static Content of(Resource<Zone, ?> zone, List<Resource<Entry, String>> records) {
        var spec = zone.spec();
        var head = "$ORIGIN %s.%n$TTL %d%n@ SOA %s %s "
                .formatted(zone.name(), spec.ttl(), spec.nameServer(), spec.contact());
        var lines = records.stream()
                .map(Resource::spec)
                .flatMap(entry -> entry.values().stream()
                        .map(value -> "%s %s %s%n".formatted(entry.name(), entry.type(), value)))
                .collect(Collectors.joining());
        return new Content(head, " 7200 900 1209600 300%n@ NS %s%n".formatted(spec.nameServer()) + lines);
    }

    /** Why these records cannot be served together, if so. */
    static Optional<String> fault(List<Resource<Entry, String>> records) {
        var aliases = new HashSet<String>();
        var others = new HashSet<String>();
        for (var entry : records.stream().map(Resource::spec).toList()) {
            (entry.type() == Entry.Type.CNAME ? aliases : others).add(entry.name());
            var malformed = entry.values().stream().filter(value -> !entry.type().accepts(value)).findFirst();
            if (malformed.isPresent()) {
                return Optional.of("%s %s: '%s'".formatted(entry.name(), entry.type(), malformed.get()));
            }
        }
        return aliases.stream().filter(others::contains).findFirst().map(name -> name + " has a CNAME beside others");
    }

    String digest() {
        var crc = new CRC32C();
        crc.update((head + tail).getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }

    String text(long serial) {
        return head + serial + tail;
    }
}
