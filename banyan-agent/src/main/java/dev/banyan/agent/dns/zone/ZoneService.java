package dev.banyan.agent.dns.zone;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import java.util.List;

/**
 * One service as names lead to it.
 *
 * @param app name of its Deployment
 * @param name a label, unique in its app
 * @param address its virtual address
 * @param aliases further names of it in its app
 * @param nameServers addresses that its containers' questions for names of others go to; empty is those of the server they run on
 * @param replicas those that are ready
 * @param byReplicas its name leads to the replicas: nothing answers at the virtual address
 */
public record ZoneService(
        String app,
        String name,
        Ipv4Address address,
        List<String> aliases,
        List<String> nameServers,
        List<Replica> replicas,
        boolean byReplicas) {
    /** One that is found at its virtual address. */
    public ZoneService(
            String app,
            String name,
            Ipv4Address address,
            List<String> aliases,
            List<String> nameServers,
            List<Replica> replicas) {
        this(app, name, address, aliases, nameServers, replicas, false);
    }

    public ZoneService {
        requireNonNull(address, "address");
        aliases = List.copyOf(aliases);
        nameServers = List.copyOf(nameServers);
        replicas = List.copyOf(replicas);
    }

    /** A ready replica: the number of its slot, and the address of its containers. */
    public record Replica(int slot, Ipv4Address address) {}

    /** The name of its Service, by which its tasks are called as well. */
    String key() {
        return app + "." + name;
    }

    /** The domain of its app. */
    String domain() {
        return app + "." + Zone.ORIGIN;
    }
}
