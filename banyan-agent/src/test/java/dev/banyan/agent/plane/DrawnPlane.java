package dev.banyan.agent.plane;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.proxy.Backend;
import dev.banyan.agent.proxy.Entrance;
import dev.banyan.agent.proxy.Frontend;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxySet;
import dev.banyan.agent.proxy.VirtualService;
import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A drawn sequence of what agents and others do to the kernels of two servers, played on two benches at once. After each deed both must say
 * the same of it, and lead the same requests to the same ends.
 */
final class DrawnPlane {
    private static final String CONTAINERS = "10.99.64.0/18";
    private static final String SERVICES = "10.99.128.0/18";
    private static final List<String> SERVERS = List.of("a1", "a2");
    private static final Map<String, String> BACKENDS =
            new TreeMap<>(Map.of("w1", "10.99.65.2", "w2", "10.99.65.3", "w3", "10.99.66.2"));
    private static final int QUESTIONS = 6;

    private record Question(String asker, Protocol protocol, String to, int port) {}

    private static final List<Question> ALL = questions();

    private final SeededRandom random;
    private final PlaneBench model;
    private final PlaneBench real;
    private final List<String> story = new ArrayList<>();
    private int compared;
    private long revision;

    DrawnPlane(long seed, PlaneBench model, PlaneBench real) {
        this.random = new SeededRandom(seed);
        this.model = model;
        this.real = real;
    }

    private static List<Question> questions() {
        var all = new ArrayList<Question>();
        for (var asker : List.of("w1", "w3", "a1", "a2", "client")) {
            for (var protocol : Protocol.values()) {
                all.add(new Question(asker, protocol, "10.99.0.11", 80));
                all.add(new Question(asker, protocol, "10.99.0.12", 80));
                if (!asker.equals("client")) {
                    all.add(new Question(asker, protocol, "10.99.128.1", 80));
                    all.add(new Question(asker, protocol, "10.99.128.2", 8_080));
                }
                if (asker.startsWith("a")) {
                    all.add(new Question(asker, protocol, "127.0.0.1", 80));
                }
            }
        }
        for (var asker : List.of("w1", "a1")) {
            all.add(new Question(asker, Protocol.TCP, "10.99.66.2", 8_080));
            all.add(new Question(asker, Protocol.TCP, "10.99.65.99", 8_080));
        }
        all.add(new Question("w3", Protocol.TCP, "10.99.65.2", 8_080));
        all.add(new Question("a2", Protocol.TCP, "10.99.65.2", 8_080));
        return all;
    }

    /** How many ends of requests were compared. */
    int compared() {
        return compared;
    }

    /** Plays so many deeds; says how the benches differ, or nothing. */
    List<String> play(int deeds) throws Exception {
        var different = new ArrayList<String>();
        for (int deed = 0; deed < deeds && different.isEmpty(); deed++) {
            act(deed, different);
            for (int i = 0; i < QUESTIONS && different.isEmpty(); i++) {
                compare(ALL.get(random.nextInt(ALL.size())), different);
            }
        }
        if (!different.isEmpty()) {
            different.addAll(story);
        }
        return different;
    }

    @FunctionalInterface
    private interface Deed {
        String on(PlaneBench bench) throws Exception;
    }

    private void act(int number, List<String> different) throws Exception {
        var server = SERVERS.get(random.nextInt(2));
        revision++;
        // First what is needed for anything to be reached at all.
        switch (number < 4 ? number % 2 : random.nextInt(9)) {
            case 0 -> follow(SERVERS.get(number < 4 ? number / 2 : random.nextInt(2)), different);
            case 1, 2, 3 -> serve(SERVERS.get(number < 4 ? number / 2 : random.nextInt(2)), different);
            case 4 -> did("restart " + server, bench -> bench.restart(server), different);
            case 5 -> did("verify " + server, bench -> bench.verify(server), different);
            case 6 -> did("remove " + server, bench -> bench.remove(server), different);
            case 7 ->
                did(
                        "flush " + server,
                        bench -> {
                            bench.flush(server);
                            return bench.verify(server);
                        },
                        different);
            default ->
                did(
                        "drop routes of " + server,
                        bench -> {
                            bench.dropRoutes(server);
                            return bench.verify(server);
                        },
                        different);
        }
    }

    private static ClusterRanges ranges(String server) {
        return ClusterRanges.of(CONTAINERS, SERVICES, server.equals("a1") ? "10.99.65.0/24" : "10.99.66.0/24");
    }

    private void follow(String server, List<String> different) throws Exception {
        var peer = server.equals("a1")
                ? Peer.of("a2", "10.99.0.12", "10.99.66.0/24")
                : Peer.of("a1", "10.99.0.11", "10.99.65.0/24");
        boolean alone = random.nextInt(6) == 0;
        var plan = new OverlayPlan(revision, ranges(server), alone ? List.of() : List.of(peer));
        did(server + " follows " + plan.peers(), bench -> bench.follow(server, plan), different);
    }

    private void serve(String server, List<String> different) throws Exception {
        var published = drawn();
        List<Entrance> entrances =
                List.of(new Entrance.Published(80), new Entrance.Virtual(Ipv4Address.parse("10.99.128.1"), 80));
        var frontends = new ArrayList<Frontend>();
        for (var protocol : Protocol.values()) {
            if (random.nextInt(4) > 0) {
                var backends = published.stream()
                        .map(address -> Backend.of(address, 8_080))
                        .toList();
                frontends.add(new Frontend(protocol, entrances, backends));
            }
        }
        var whole = new VirtualService(
                Ipv4Address.parse("10.99.128.2"),
                drawn().stream().map(Ipv4Address::parse).toList());
        var set = new ProxySet(revision, ranges(server), frontends, random.nextInt(4) > 0 ? List.of(whole) : List.of());
        did(server + " serves " + set.frontends() + set.services(), bench -> bench.serve(server, set), different);
    }

    private List<String> drawn() {
        return BACKENDS.values().stream()
                .filter(address -> random.nextInt(3) > 0)
                .toList();
    }

    private void did(String what, Deed deed, List<String> different) throws Exception {
        story.add(what);
        var modelled = deed.on(model);
        var truly = deed.on(real);
        if (!modelled.equals(truly)) {
            different.add(what + " is " + modelled + " in the model and truly " + truly);
        }
    }

    private void compare(Question asked, List<String> different) throws Exception {
        var modelled = model.ask(asked.asker(), asked.protocol(), asked.to(), asked.port(), Set.of());
        var truly = real.ask(asked.asker(), asked.protocol(), asked.to(), asked.port(), modelled);
        compared++;
        // A connection that is lost at first may be led elsewhere when it is tried again.
        boolean same =
                modelled.contains("lost") && modelled.size() > 1 ? modelled.containsAll(truly) : modelled.equals(truly);
        if (!same) {
            different.add(asked + " ends at " + modelled + " in the model and truly at " + truly);
        }
    }
}
