package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Amounts;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.Balancing;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decodes what a service says of its ports, and of how its clients are spread over its replicas. */
final class PortDecoder {
    private final Mapping service;
    private final Spot spot;
    private final boolean byName;

    PortDecoder(Mapping service, Spot spot) {
        this.service = service;
        this.spot = spot;
        this.byName =
                service.mapping("deploy").text("endpoint_mode").orElse("vip").equals("dnsrr");
    }

    /** A port with the place where it was asked for. */
    record PlacedPort(PortMapping port, Spot spot) {
        /** The same port of a service without IPv6, where all IPv4 addresses are all there are. */
        PlacedPort ofIpv4() {
            if (!port.getAccess().getHostIp().equals(PortRules.EVERY_IPV4)) {
                return this;
            }
            var without = port.toBuilder().clearAccess();
            PortRules.normal(port.getAccess().toBuilder().clearHostIp().build()).ifPresent(without::setAccess);
            return new PlacedPort(without.build(), spot);
        }
    }

    List<PlacedPort> ports() {
        var decoded = new ArrayList<PlacedPort>();
        var items = service.items("ports");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping port) {
                var at = spot.key("ports", port.place()).index(i, port.place());
                port(port, at).ifPresent(mapping -> decoded.add(new PlacedPort(mapping, at)));
            }
        }
        return decoded;
    }

    /** Empty when nothing is said that is not so in any case. */
    Optional<Balancing> balancing() {
        var balancing = Balancing.newBuilder().setReplicasByName(byName);
        service.member(ComposeKeys.AFFINITY).ifPresent(member -> {
            var at = spot.key(ComposeKeys.AFFINITY, member.value().place());
            var time = service.text(ComposeKeys.AFFINITY)
                    .flatMap(Amounts::duration)
                    .orElse(Duration.ZERO);
            PortRules.affinity(time).ifPresent(at::refuse);
            if (byName && !time.isZero()) {
                at.refuse(
                        "clients keep no replica of a service that has no virtual address",
                        "remove \"endpoint_mode: dnsrr\"");
            }
            balancing.setAffinityMs(time.toMillis());
        });
        return Optional.of(balancing.build()).filter(built -> !built.equals(Balancing.getDefaultInstance()));
    }

    private Optional<PortMapping> port(Mapping port, Spot at) {
        var protocol = port.text("protocol").orElse("tcp");
        var published = port.text("published").orElse("0");
        var target = port.text("target");
        if (protocol.equals("sctp")) {
            at.refuse("\"sctp\" is no protocol that can be published", "write \"tcp\" or \"udp\"");
            return Optional.empty();
        }
        if (published.indexOf('-') >= 0) {
            at.refuse("a port that is chosen from a range is not supported yet", "publish one port");
            return Optional.empty();
        }
        var access = access(port, at);
        boolean open = !published.equals("0");
        if (!open && access.getHost()) {
            at.refuse("a port in mode \"host\" must be published", "write \"published\", the port on the servers");
        }
        if (open && byName && !access.getHost()) {
            at.refuse(
                    "\"endpoint_mode: dnsrr\" leaves nothing that a published port could lead to",
                    "write \"mode: host\", or remove \"endpoint_mode\"");
        }
        if (!open && !access.getAllowList().isEmpty()) {
            at.refuse("a port that is not published is open to nobody from outside in any case");
        }
        var mapping = PortMapping.newBuilder()
                .setPublished(Integer.parseInt(published))
                .setProtocol(protocol.equals("udp") ? Protocol.UDP : Protocol.TCP);
        PortRules.normal(access).filter(asked -> open).ifPresent(mapping::setAccess);
        return target.map(number -> mapping.setTarget(Integer.parseInt(number)).build());
    }

    private static PortAccess access(Mapping port, Spot at) {
        var access = PortAccess.newBuilder()
                .setHost(port.text("mode").orElse("ingress").equals("host"));
        port.member("host_ip").ifPresent(member -> {
            var written = port.text("host_ip").orElse("");
            var address = written.startsWith("[") && written.endsWith("]")
                    ? written.substring(1, written.length() - 1)
                    : written;
            var problem = PortRules.hostIp(address);
            problem.ifPresent(at.key("host_ip", member.value().place())::refuse);
            if (problem.isEmpty()) {
                access.setHostIp(PortRules.canonical(address));
            }
        });
        return access.addAllAllow(allowed(port, at)).build();
    }

    private static List<String> allowed(Mapping port, Spot at) {
        var ranges = port.texts(ComposeKeys.ALLOW);
        port.member(ComposeKeys.ALLOW).ifPresent(member -> {
            var list = at.key(ComposeKeys.ALLOW, member.value().place());
            if (ranges.isEmpty()) {
                list.refuse("allows nobody", "remove \"published\" where nobody may use it");
            }
            if (ranges.size() > PortRules.ALLOWED_MAX) {
                list.refuse("allows more than " + PortRules.ALLOWED_MAX + " ranges");
            }
            ranges.forEach(range -> PortRules.range(range).ifPresent(list::refuse));
        });
        return ranges.stream()
                .filter(range -> PortRules.range(range).isEmpty())
                .map(PortRules::canonical)
                .sorted()
                .distinct()
                .toList();
    }
}
