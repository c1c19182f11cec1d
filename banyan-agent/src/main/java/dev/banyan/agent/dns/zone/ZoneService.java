package dev.banyan.agent.dns.zone;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.ServiceSpec;
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
 * @param others addresses of containers of it that are not ready
 * @param reach who finds it, and whom it finds: its networks, peers and rules
 */
public record ZoneService(
        String app,
        String name,
        Ipv4Address address,
        List<String> aliases,
        List<String> nameServers,
        List<Replica> replicas,
        boolean byReplicas,
        List<Ipv4Address> others,
        ServiceSpec reach) {
    /** One that is in its app's default network. */
    public ZoneService(
            String app,
            String name,
            Ipv4Address address,
            List<String> aliases,
            List<String> nameServers,
            List<Replica> replicas,
            boolean byReplicas) {
        this(
                app,
                name,
                address,
                aliases,
                nameServers,
                replicas,
                byReplicas,
                List.of(),
                reach(app, name, ServiceSpec.getDefaultInstance()));
    }

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
        others = List.copyOf(others);
    }

    /** What of {@code spec} says who is found. */
    static ServiceSpec reach(String app, String name, ServiceSpec spec) {
        var reach = ServiceSpec.newBuilder().setDeployment(app).setService(name).addAllPeers(spec.getPeersList());
        return spec.hasConnections()
                ? reach.setConnections(spec.getConnections()).build()
                : reach.build();
    }

    /** Whether its containers have IPv6 addresses too. */
    boolean ipv6() {
        return reach.getConnections().getNetworksList().stream().anyMatch(Attachment::getIpv6);
    }

    /** Names do not tell namespaces apart. */
    Party party() {
        return Party.of("", reach);
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
