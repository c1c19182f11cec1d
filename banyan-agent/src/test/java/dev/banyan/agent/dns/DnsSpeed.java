package dev.banyan.agent.dns;

import dev.banyan.agent.dns.upstream.Upstreams;
import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneService;
import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.Type;

/**
 * Prints how many questions are answered in a second and how long each takes, with 10,000 names: decided alone, and over UDP with askers
 * in the same process. Run by hand, on one core: {@code taskset -c 0 java -cp ... dev.banyan.agent.dns.DnsSpeed}.
 */
public final class DnsSpeed {
    private static final int SERVICES = 2_000;
    private static final int REPLICAS = 3;
    private static final int DECIDED = 1_000_000;
    private static final int ASKERS = 16;
    private static final int ASKED = 300_000;
    private static final int PORT = 5_553;

    private DnsSpeed() {}

    public static void main(String[] args) throws Exception {
        long began = System.nanoTime();
        var zone = zone();
        System.out.printf("a zone of %d names in %.1f ms%n", zone.size(), (System.nanoTime() - began) / 1e6);
        var names = new Names(new Askers(Asked.LABEL));
        names.show(zone);
        var queries = queries();
        for (int round = 0; round < 3; round++) {
            decide(names, queries);
        }
        ask(names, queries);
    }

    private static Zone zone() {
        var services = new ArrayList<ZoneService>();
        for (int i = 0; i < SERVICES; i++) {
            var replicas = new ArrayList<Replica>();
            for (int slot = 0; slot < REPLICAS; slot++) {
                replicas.add(new Replica(slot, replica(i, slot)));
            }
            services.add(new ZoneService(
                    "app" + i / 10,
                    "s" + i % 10,
                    new Ipv4Address((10 << 24 | 200 << 16) + i + 1),
                    List.of(),
                    List.of(),
                    replicas));
        }
        return Zone.of(Asked.RANGES, services);
    }

    private static Ipv4Address replica(int service, int slot) {
        return new Ipv4Address((10 << 24 | 192 << 16) + service * REPLICAS + slot);
    }

    /** A question of a replica of the service that it is about. */
    private record Asking(byte[] packet, Ipv4Address asker) {}

    private static List<Asking> queries() {
        var random = new Random(1);
        var queries = new ArrayList<Asking>();
        for (int i = 0; i < 4_096; i++) {
            int service = random.nextInt(SERVICES);
            var name = "s" + service % 10 + ".app" + service / 10 + ".internal";
            var query = Asked.query(i % 8 == 0 ? "tasks." + name : name, i % 2 == 0 ? Type.A : Type.AAAA);
            queries.add(new Asking(query.toWire(), replica(service, 0)));
        }
        return queries;
    }

    private static void decide(Names names, List<Asking> queries) {
        var responder = new Responder(names.zone(), names.askers(), List.of());
        var took = new long[DECIDED];
        long began = System.nanoTime();
        long bytes = 0;
        for (int i = 0; i < DECIDED; i++) {
            long start = System.nanoTime();
            var asking = queries.get(i & 4_095);
            if (responder.handle(asking.packet(), asking.asker()) instanceof Handling.Reply(var message, int limit)) {
                bytes += message.toWire(limit).length;
            }
            took[i] = System.nanoTime() - start;
        }
        tell("decided", took, System.nanoTime() - began);
        if (bytes == 0) {
            throw new IllegalStateException("nothing was answered");
        }
    }

    private static void ask(Names names, List<Asking> queries) throws Exception {
        var env = new SystemEnv();
        var none = Path.of("/nonexistent");
        var address = new InetSocketAddress("127.0.0.1", PORT);
        var desk = new Desk(env, names, new Upstreams(env.time(), new Upstreams.Places(none, none), other -> false));
        var door = new UdpDoor(env, desk, address);
        door.start();
        while (!door.health().ready()) {
            Thread.onSpinWait();
        }
        for (int round = 0; round < 3; round++) {
            var took = new long[ASKED];
            var next = new AtomicInteger();
            var tasks = new ArrayList<Task>();
            long began = System.nanoTime();
            for (int asker = 0; asker < ASKERS; asker++) {
                int number = asker;
                tasks.add(env.tasks().spawn("asker", () -> converse(number, address, next, queries, took)));
            }
            for (var task : tasks) {
                task.join();
            }
            tell("asked by UDP", took, System.nanoTime() - began);
        }
        door.stop();
    }

    /** From an address of its own, since one asker is not heard without end. */
    private static void converse(
            int number, InetSocketAddress server, AtomicInteger next, List<Asking> queries, long[] took)
            throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.getByName("127.0.1." + (number + 1)))) {
            socket.connect(server);
            socket.setSoTimeout(5_000);
            var packet = new DatagramPacket(new byte[2_048], 2_048);
            for (int i = next.getAndIncrement(); i < ASKED; i = next.getAndIncrement()) {
                var query = queries.get(i & 4_095).packet();
                long start = System.nanoTime();
                socket.send(new DatagramPacket(query, query.length));
                socket.receive(packet);
                took[i] = System.nanoTime() - start;
            }
        }
    }

    private static void tell(String what, long[] took, long all) {
        Arrays.sort(took);
        System.out.printf(
                "%s: %.0f a second, median %.1f us, 99th of 100 %.1f us, longest %.1f ms%n",
                what,
                took.length * 1e9 / all,
                took[took.length / 2] / 1e3,
                took[(int) (took.length * 0.99)] / 1e3,
                took[took.length - 1] / 1e6);
    }
}
