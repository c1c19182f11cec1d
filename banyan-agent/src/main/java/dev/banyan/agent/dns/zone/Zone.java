package dev.banyan.agent.dns.zone;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** All names of the cluster at one moment. Immutable: a change makes another one. */
public final class Zone {
    /** The domain that all names of the cluster end with. */
    public static final String ORIGIN = "internal";

    private static final String TASKS = "tasks.";
    private static final String REVERSE = ".in-addr.arpa";
    private static final Found ELSEWHERE = new Found.Elsewhere();
    private static final Found NOTHING = new Found.Nothing();
    private static final Found NO_ADDRESS = new Found.Addresses(List.of());

    private final ClusterRanges ranges;
    private final Map<String, Found> names = new HashMap<>();
    private final Map<Ipv4Address, Found> reverse = new HashMap<>();
    private final Map<Ipv4Address, ZoneService> owners = new HashMap<>();
    private final Map<String, ZoneService> services = new HashMap<>();

    private Zone(ClusterRanges ranges) {
        this.ranges = ranges;
    }

    /** The names of {@code services}; where two of them want one name, the earlier one has it. */
    public static Zone of(ClusterRanges ranges, List<ZoneService> services) {
        var zone = new Zone(ranges);
        services.forEach(zone::addService);
        services.forEach(zone::addAliases);
        services.forEach(zone::addReplicas);
        return zone;
    }

    private void addService(ZoneService service) {
        services.putIfAbsent(service.key(), service);
        put(service.name() + "." + service.domain(), led(service));
        reverse.putIfAbsent(service.address(), new Found.Pointer(service.name() + "." + service.domain()));
        for (var domain = service.domain(); !domain.isEmpty(); domain = parent(domain)) {
            names.putIfAbsent(domain, NO_ADDRESS);
        }
    }

    private void addAliases(ZoneService service) {
        for (var alias : service.aliases()) {
            put(alias + "." + service.domain(), led(service));
        }
    }

    private static Found led(ZoneService service) {
        return new Found.Addresses(service.byReplicas() ? replicas(service) : List.of(service.address()));
    }

    private static List<Ipv4Address> replicas(ZoneService service) {
        return service.replicas().stream()
                .map(ZoneService.Replica::address)
                .distinct()
                .toList();
    }

    private void addReplicas(ZoneService service) {
        var all = replicas(service);
        var bySlot = service.replicas().stream()
                .collect(Collectors.groupingBy(
                        ZoneService.Replica::slot,
                        Collectors.mapping(ZoneService.Replica::address, Collectors.toList())));
        put(TASKS + service.name() + "." + service.domain(), new Found.Addresses(all));
        bySlot.forEach((slot, addresses) -> {
            var name = service.name() + "-" + slot + "." + service.domain();
            put(name, new Found.Addresses(addresses));
            addresses.forEach(address -> {
                reverse.putIfAbsent(address, new Found.Pointer(name));
                owners.putIfAbsent(address, service);
            });
        });
    }

    private void put(String name, Found found) {
        var key = name.toLowerCase(Locale.ROOT);
        // The domain of an app may be the name of a service in an app with a shorter one.
        names.merge(key, found, (first, second) -> first.equals(NO_ADDRESS) ? second : first);
    }

    private static String parent(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 ? "" : domain.substring(dot + 1);
    }

    /** The service whose ready replica has {@code address}. */
    public Optional<ZoneService> owner(Ipv4Address address) {
        return Optional.ofNullable(owners.get(address));
    }

    /** The service whose Service object has this name. */
    public Optional<ZoneService> service(String key) {
        return Optional.ofNullable(services.get(key));
    }

    /** How many names lead somewhere. */
    public int size() {
        return names.size();
    }

    /**
     * What {@code name} means.
     *
     * @param name in lower case, without a dot at its end
     * @param asker of which service who asks is; empty when that is not known: then short names mean nothing
     * @param others domains within that of the cluster that are somebody else's, as the server's own search list has them
     */
    public Found find(String name, Optional<ZoneService> asker, List<String> others) {
        if (isWithin(name, ORIGIN)) {
            return names.getOrDefault(
                    name, others.stream().anyMatch(other -> isWithin(name, other)) ? ELSEWHERE : NOTHING);
        }
        if (name.endsWith(REVERSE)) {
            return address(name).map(this::owned).orElse(ELSEWHERE);
        }
        return asker.flatMap(service -> Optional.ofNullable(names.get(name + "." + service.domain())))
                .orElse(ELSEWHERE);
    }

    private Found owned(Ipv4Address address) {
        boolean ours =
                ranges.containers().contains(address) || ranges.services().contains(address);
        return ours ? reverse.getOrDefault(address, NOTHING) : ELSEWHERE;
    }

    private static boolean isWithin(String name, String domain) {
        return name.endsWith(domain)
                && (name.length() == domain.length() || name.charAt(name.length() - domain.length() - 1) == '.');
    }

    /** Of {@code 7.3.192.10.in-addr.arpa}; empty when it is no whole address. */
    private static Optional<Ipv4Address> address(String name) {
        var octets = name.substring(0, name.length() - REVERSE.length()).split("\\.", -1);
        if (octets.length != 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(Ipv4Address.parse(octets[3] + "." + octets[2] + "." + octets[1] + "." + octets[0]));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
