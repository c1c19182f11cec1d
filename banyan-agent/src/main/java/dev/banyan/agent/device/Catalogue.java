package dev.banyan.agent.device;

import dev.banyan.api.kinds.settings.DeviceRules;
import dev.banyan.api.v1.DeviceKind;
import dev.banyan.api.v1.OfferedDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What all descriptions of a server say together. Pure and immutable.
 *
 * @param offered ordered by kind
 * @param problems why descriptions or parts of them are not used
 */
record Catalogue(List<DeviceKind> offered, List<String> problems, Map<String, Entry> entries) {
    static final Catalogue EMPTY = new Catalogue(List.of(), List.of(), Map.of());

    /** For people, who will mend the first ones first. */
    static final int PROBLEMS_MAX = 16;

    Catalogue {
        offered = List.copyOf(offered);
        problems = List.copyOf(problems);
        entries = Map.copyOf(entries);
    }

    /** A device and the file that describes it. */
    record Entry(Description description, Description.Edits edits) {}

    /** {@code refused} are the problems of files that could not be read. */
    static Catalogue of(List<Description> descriptions, List<String> refused) {
        var problems = new ArrayList<>(refused);
        var entries = winners(descriptions, problems);
        var names = new TreeMap<String, TreeMap<String, Description.Edits>>();
        entries.forEach(
                (whole, entry) -> names.computeIfAbsent(entry.description().kind(), kind -> new TreeMap<>())
                        .put(whole.substring(whole.indexOf('=') + 1), entry.edits()));
        var kinds = new ArrayList<DeviceKind>();
        int room = DeviceRules.DEVICES_MAX;
        for (var kind : names.entrySet()) {
            var devices = offered(kind.getValue());
            if (devices.size() > room) {
                problems.add(kind.getKey() + ": only the first " + room + " devices are offered, of " + devices.size());
                devices = devices.subList(0, room);
            }
            room -= devices.size();
            if (!devices.isEmpty()) {
                kinds.add(DeviceKind.newBuilder()
                        .setKind(kind.getKey())
                        .addAllDevices(devices)
                        .build());
            }
        }
        return new Catalogue(kinds, problems.stream().limit(PROBLEMS_MAX).toList(), entries);
    }

    Optional<Entry> entry(String whole) {
        return Optional.ofNullable(entries.get(whole));
    }

    /** Of several descriptions of one device that of the later directory; two of one directory speak of none. */
    private static Map<String, Entry> winners(List<Description> descriptions, List<String> problems) {
        var entries = new TreeMap<String, Entry>();
        var doubtful = new HashSet<String>();
        for (var description : descriptions) {
            description.devices().forEach((name, edits) -> {
                var whole = description.kind() + "=" + name;
                var before = entries.get(whole);
                if (before == null || before.description().directory() < description.directory()) {
                    entries.put(whole, new Entry(description, edits));
                    doubtful.remove(whole);
                } else if (before.description().directory() == description.directory() && doubtful.add(whole)) {
                    problems.add(whole + " is described twice, in "
                            + before.description().file() + " and " + description.file());
                }
            });
        }
        entries.keySet().removeAll(doubtful);
        return entries;
    }

    /**
     * The devices behind the names of one kind. Names with the same device files are one device; one with the files of another and more is a
     * name for several, which is none by itself.
     */
    private static List<OfferedDevice> offered(Map<String, Description.Edits> names) {
        var byPaths = new HashMap<Set<String>, String>();
        var devices = new TreeMap<String, OfferedDevice.Builder>();
        for (var named : names.entrySet()) {
            var paths = named.getValue().paths();
            if (names.values().stream().anyMatch(other -> partOf(other.paths(), paths))) {
                continue;
            }
            var first = paths.isEmpty() ? named.getKey() : byPaths.computeIfAbsent(paths, files -> named.getKey());
            if (first.equals(named.getKey())) {
                devices.put(first, OfferedDevice.newBuilder().setName(first));
            } else {
                devices.computeIfPresent(first, (name, device) -> device.addAliases(named.getKey()));
            }
        }
        return devices.values().stream().map(OfferedDevice.Builder::build).toList();
    }

    private static boolean partOf(Set<String> some, Set<String> all) {
        return !some.isEmpty() && some.size() < all.size() && all.containsAll(some);
    }
}
