package dev.banyan.agent.dns.zone;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.api.policy.Openness;
import dev.banyan.api.policy.Party;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All names of the cluster at one moment, each for those who may know it. Immutable: a change makes another one. */
public final class Zone {
    /** The domain that all names of the cluster end with. */
    public static final String ORIGIN = "internal";

    private static final Ipv4Range LOOPBACK = Ipv4Range.parse("127.0.0.0/8");
    private static final String TASKS = "tasks.";
    private static final String REVERSE = ".in-addr.arpa";
    private static final String IPV6_REVERSE = ".ip6.arpa";
    private static final int NIBBLES = 32;
    private static final Found ELSEWHERE = new Found.Elsewhere();
    private static final Found NOTHING = new Found.Nothing();
    private static final Found NO_ADDRESS = new Found.Addresses(List.of());

    /** What a name is, and of whom. */
    private record Entry(Found found, ZoneService owner) {}

    private final ClusterRanges ranges;
    private final Map<String, Entry> names = new HashMap<>();
    private final Map<String, List<ZoneService>> domains = new HashMap<>();
    private final Map<Ipv4Address, Entry> reverse = new HashMap<>();
    private final Map<Ipv4Address, ZoneService> owners = new HashMap<>();
    private final Set<Ipv4Address> dual = new HashSet<>();
    private final Map<String, ZoneService> services = new LinkedHashMap<>();
    private final Map<String, Party> parties = new HashMap<>();
    private final Map<String, List<ZoneService>> byNetwork = new HashMap<>();

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
        if (services.putIfAbsent(service.key(), service) == null) {
            var party = service.party();
            parties.put(service.key(), party);
            party.networks().keySet().forEach(network -> byNetwork
                    .computeIfAbsent(network, unused -> new ArrayList<>())
                    .add(service));
        }
        put(service.name() + "." + service.domain(), led(service), service);
        var pointer = new Found.Pointer(service.name() + "." + service.domain());
        reverse.putIfAbsent(service.address(), new Entry(pointer, service));
        if (service.ipv6()) {
            dual.add(service.address());
            dual.addAll(replicas(service));
        }
        for (var domain = service.domain(); !domain.isEmpty(); domain = parent(domain)) {
            domains.computeIfAbsent(domain, unused -> new ArrayList<>()).add(service);
        }
    }

    private void addAliases(ZoneService service) {
        for (var alias : service.aliases()) {
            put(alias + "." + service.domain(), led(service), service);
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
        put(TASKS + service.name() + "." + service.domain(), new Found.Addresses(all), service);
        bySlot.forEach((slot, addresses) -> {
            var name = service.name() + "-" + slot + "." + service.domain();
            put(name, new Found.Addresses(addresses), service);
            addresses.forEach(address -> {
                reverse.putIfAbsent(address, new Entry(new Found.Pointer(name), service));
                owners.putIfAbsent(address, service);
            });
        });
        service.others().forEach(address -> owners.putIfAbsent(address, service));
    }

    private void put(String name, Found found, ZoneService owner) {
        names.putIfAbsent(name.toLowerCase(Locale.ROOT), new Entry(found, owner));
    }

    private static String parent(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 ? "" : domain.substring(dot + 1);
    }

    /** The sixteen octets of the IPv6 address beside {@code address}; empty where there is none, or this server carries IPv4 alone. */
    public Optional<byte[]> twin(Ipv4Address address) {
        return ranges.families().stream()
                .filter(family -> family.isIpv6() && dual.contains(address))
                .map(family -> family.octets(address))
                .findFirst();
    }

    /** The service of which a container has {@code address}. */
    public Optional<ZoneService> owner(Ipv4Address address) {
        return Optional.ofNullable(owners.get(address));
    }

    /** The service whose Service object has this name. */
    public Optional<ZoneService> service(String key) {
        return Optional.ofNullable(services.get(key));
    }

    /** How many names lead somewhere. */
    public int size() {
        return names.size() + domains.size();
    }

    /** Whether a service has no way out of the cluster. */
    public boolean isInner(ZoneService service) {
        return party(service).inner();
    }

    private Party party(ZoneService service) {
        var known = parties.get(service.key());
        return known == null ? service.party() : known;
    }

    /**
     * Whether a program of this server asks under {@code address}: of loopback, or that towards its containers. Nobody else can, since what a
     * container sends keeps its own address on the way here.
     */
    public boolean isServer(Ipv4Address address) {
        return ranges.gateway().equals(address) || LOOPBACK.contains(address);
    }

    /** What {@code name}, in lower case and without a dot at its end, means to this server itself, which may know every whole name. */
    public Found find(String name) {
        if (!isWithin(name, ORIGIN)) {
            return ELSEWHERE;
        }
        return Optional.ofNullable(names.get(name)).map(Entry::found).orElse(NOTHING);
    }

    /** Whether {@code asker} may know of {@code service}. */
    private boolean knows(Optional<ZoneService> asker, ZoneService service) {
        return asker.filter(from -> Openness.named(party(from), party(service))).isPresent();
    }

    /**
     * What {@code name} means.
     *
     * @param name in lower case, without a dot at its end
     * @param asker of which service who asks is; empty when that is not known: then nothing of the cluster is said
     * @param others domains within that of the cluster that are somebody else's, as the server's own search list has them
     */
    public Found find(String name, Optional<ZoneService> asker, List<String> others) {
        if (isWithin(name, ORIGIN)) {
            return entry(name, asker)
                    .or(() -> domain(name, asker))
                    .or(() -> asker.flatMap(from -> inNetworks(name, from)))
                    .orElseGet(() -> others.stream().anyMatch(other -> isWithin(name, other)) ? ELSEWHERE : NOTHING);
        }
        if (name.endsWith(REVERSE)) {
            return address(name).map(address -> owned(address, asker)).orElse(ELSEWHERE);
        }
        if (name.endsWith(IPV6_REVERSE)) {
            return ipv6(name).map(address -> owned(address, asker)).orElse(ELSEWHERE);
        }
        return asker.flatMap(service -> entry(name + "." + service.domain(), asker)
                        .or(() -> domain(name + "." + service.domain(), asker))
                        .or(() -> inNetworks(name + "." + service.domain(), service)))
                .orElse(ELSEWHERE);
    }

    private Optional<Found> entry(String name, Optional<ZoneService> asker) {
        return Optional.ofNullable(names.get(name))
                .filter(entry -> knows(asker, entry.owner()))
                .map(Entry::found);
    }

    /** The domain of somebody whom the asker knows has no address, but is there. */
    private Optional<Found> domain(String name, Optional<ZoneService> asker) {
        boolean there = name.equals(ORIGIN)
                || domains.getOrDefault(name, List.of()).stream().anyMatch(service -> knows(asker, service));
        return there ? Optional.of(NO_ADDRESS) : Optional.empty();
    }

    /** Names within the asker's networks, which may lead to services of other apps: in its own domain, where resolvers look first. */
    private Optional<Found> inNetworks(String name, ZoneService asker) {
        var suffix = "." + asker.domain();
        if (!name.endsWith(suffix)) {
            return Optional.empty();
        }
        var wanted = name.substring(0, name.length() - suffix.length());
        var from = party(asker);
        var found = from.networks().keySet().stream()
                .flatMap(network -> byNetwork.getOrDefault(network, List.of()).stream())
                .distinct()
                .filter(service -> called(service, wanted, from))
                .map(Zone::led)
                .map(Found.Addresses.class::cast)
                .flatMap(addresses -> addresses.addresses().stream())
                .distinct()
                .toList();
        return found.isEmpty() ? Optional.empty() : Optional.of(new Found.Addresses(found));
    }

    private boolean called(ZoneService service, String name, Party asker) {
        return service.name().equals(name)
                || party(service).aliasesFor(asker).stream().anyMatch(alias -> alias.equalsIgnoreCase(name));
    }

    private Found owned(Ipv4Address address, Optional<ZoneService> asker) {
        boolean ours =
                ranges.containers().contains(address) || ranges.services().contains(address);
        if (!ours) {
            return ELSEWHERE;
        }
        return Optional.ofNullable(reverse.get(address))
                .filter(entry -> knows(asker, entry.owner()))
                .map(Entry::found)
                .orElse(NOTHING);
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

    /** Of the nibbles of an IPv6 address in reverse, with dots between; empty when it is no twin. */
    private Optional<Ipv4Address> ipv6(String name) {
        var nibbles = new StringBuilder(name.substring(0, name.length() - IPV6_REVERSE.length())).reverse();
        if (nibbles.length() != 2 * NIBBLES - 1) {
            return Optional.empty();
        }
        var digits = nibbles.toString().replace(".", "");
        if (!digits.matches("[0-9a-f]{" + NIBBLES + "}")) {
            return Optional.empty();
        }
        var text = String.join(":", digits.split("(?<=\\G.{4})"));
        return ranges.families().stream()
                .filter(AddressFamily::isIpv6)
                .flatMap(family -> family.read(text).stream())
                .findFirst();
    }
}
