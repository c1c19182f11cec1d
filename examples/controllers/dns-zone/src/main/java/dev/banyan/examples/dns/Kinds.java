package dev.banyan.examples.dns;

import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Condition;
import dev.banyan.runtime.resource.Conditions;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Kind.Scope;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The two kinds, and their values as lines of fields. */
final class Kinds {
    static final Kind<Zone, Zone.Status> ZONES = new Kind<>(
            "zones",
            Scope.CLUSTER,
            Codec.ofText(new Zone("", "", 0), Kinds::write, Kinds::readZone),
            Codec.ofText(Zone.Status.NONE, Kinds::write, Kinds::readStatus));

    static final Kind<Entry, String> RECORDS = new Kind<>(
            "records",
            Scope.CLUSTER,
            Codec.ofText(new Entry("@", Entry.Type.TXT, List.of()), Kinds::write, Kinds::readEntry),
            Codec.TEXT);

    private Kinds() {}

    static ObjectKey zone(String name) {
        return ZONES.key("", name);
    }

    /** One object for each name and type of a zone, so that two who add the same meet at its key. */
    static ObjectKey record(String zone, String name, Entry.Type type) {
        return RECORDS.key("", zone + "_" + (name.equals("@") ? "" : name + "_") + type.name().toLowerCase());
    }

    private static String write(Zone zone) {
        return String.join("\t", zone.nameServer(), zone.contact(), "" + zone.ttl());
    }

    private static Zone readZone(String text) {
        var fields = text.split("\t");
        return new Zone(fields[0], fields[1], Integer.parseInt(fields[2]));
    }

    private static String write(Entry entry) {
        return entry.name() + "\t" + entry.type() + "\t" + String.join("\t", entry.values());
    }

    private static Entry readEntry(String text) {
        var fields = text.split("\t");
        return new Entry(fields[0], Entry.Type.valueOf(fields[1]), List.of(fields).subList(2, fields.length));
    }

    private static String write(Zone.Status status) {
        return status.serial() + "\t" + status.digest()
                + status.conditions().all().stream()
                        .map(Kinds::write)
                        .collect(Collectors.joining());
    }

    private static String write(Condition it) {
        return "\n" + String.join("\t", it.type(), "" + it.status(), it.reason(), it.message())
                + "\t" + it.observedGeneration() + "\t" + it.lastChange();
    }

    private static Zone.Status readStatus(String text) {
        var lines = text.split("\n");
        var first = lines[0].split("\t");
        var conditions = Arrays.stream(lines).skip(1).map(Kinds::readCondition).toList();
        return new Zone.Status(Long.parseLong(first[0]), first[1], new Conditions(conditions));
    }

    private static Condition readCondition(String line) {
        var of = line.split("\t");
        var status = Condition.Status.valueOf(of[1]);
        return new Condition(of[0], status, of[2], of[3], Long.parseLong(of[4]), Instant.parse(of[5]));
    }
}
