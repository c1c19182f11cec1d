package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.Amounts;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.SettingsRules;
import dev.banyan.api.kinds.settings.Signals;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ExtraHost;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.NameLookup;
import dev.banyan.api.v1.Ulimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Decodes what one service asks of its containers. */
public final class SettingsDecoder {
    private static final long GROUP_MAX = 0xFFFF_FFFEL;

    private final Mapping service;
    private final Spot spot;

    private SettingsDecoder(Mapping service, Spot spot) {
        this.service = service;
        this.spot = spot;
    }

    /** The settings of a service, whose values were checked already, each by itself; the default ones when it asks for nothing. */
    public static ContainerSettings decode(Mapping service, Spot spot) {
        return new SettingsDecoder(service, spot).decode();
    }

    private ContainerSettings decode() {
        var settings = ContainerSettings.newBuilder();
        process(settings);
        names(settings);
        lookups(settings);
        limits(settings);
        BlockIoDecoder.decode(service.mapping("blkio_config")).ifPresent(settings::setBlockIo);
        var powers = PowersDecoder.decode(service, spot);
        if (powers.getSerializedSize() > 0) {
            settings.setPowers(powers);
        }
        service.member("logging").ifPresent(member -> {
            var logging = LoggingDecoder.decode(service.mapping("logging"), spot.key("logging", member.at()));
            if (logging.getSerializedSize() > 0) {
                settings.setLogging(logging);
            }
        });
        var decoded = settings.build();
        for (var problem : SettingsRules.problems(decoded)) {
            at(problem.path()).refuse(problem.message());
        }
        return decoded;
    }

    private void process(ContainerSettings.Builder settings) {
        service.text("working_dir").ifPresent(settings::setWorkingDir);
        service.text("user").ifPresent(settings::setUser);
        groups(settings);
        service.text("stop_signal").ifPresent(text -> {
            var number = Signals.number(text);
            if (number.isEmpty()) {
                at(List.of("stop_signal")).refuse("\"" + text + "\" is no signal", "write such as \"SIGTERM\"");
            }
            settings.setStopSignal(number.orElse(0));
        });
        service.text("stop_grace_period")
                .flatMap(Amounts::duration)
                .ifPresent(grace ->
                        settings.setStopGraceMs(grace.plusNanos(999_999).toMillis()));
        settings.setInit(service.flag("init", false))
                .setTty(service.flag("tty", false))
                .setStdinOpen(service.flag("stdin_open", false))
                .setReadOnly(service.flag("read_only", false))
                .setNoNetwork(service.text("network_mode").orElse("").equals("none"));
        var check = service.mapping("healthcheck");
        settings.setHealthcheckDisabled(
                check.flag("disable", false) || check.texts("test").equals(List.of("NONE")));
    }

    /** By number, or by a name that the agent looks up in the image. */
    private void groups(ContainerSettings.Builder settings) {
        var numbers = new ArrayList<Integer>();
        var names = new TreeSet<String>();
        var items = service.texts("group_add");
        for (int i = 0; i < items.size(); i++) {
            var text = items.get(i);
            if (text.matches("[0-9]{1,10}") && Long.parseLong(text) <= GROUP_MAX) {
                numbers.add(Integer.parseUnsignedInt(text));
            } else if (SettingsRules.GROUP.matcher(text).matches()) {
                names.add(text);
            } else {
                at(List.of("group_add", Integer.toString(i)))
                        .refuse(
                                "\"" + text + "\" is no name or number of a group",
                                "write such as \"video\", as the image knows it");
            }
        }
        settings.addAllGroups(numbers.stream()
                        .distinct()
                        .sorted(Integer::compareUnsigned)
                        .toList())
                .addAllGroupNames(names);
    }

    private void names(ContainerSettings.Builder settings) {
        settings.putAllLabels(pairs(service.mapping("labels")))
                .putAllAnnotations(pairs(service.mapping("annotations")));
        service.text("hostname").ifPresent(settings::setHostname);
        service.text("domainname").ifPresent(settings::setDomainname);
        service.text("container_name").ifPresent(settings::setContainerName);
        for (var line : service.texts("extra_hosts")) {
            int split = line.indexOf('=');
            settings.addExtraHosts(
                    ExtraHost.newBuilder().setName(line.substring(0, split)).setAddress(line.substring(split + 1)));
        }
        for (var link : service.texts("links")) {
            var parts = link.split(":", 2);
            settings.addLinks(Link.newBuilder().setService(parts[0]).setAlias(parts[parts.length - 1]));
        }
    }

    private void lookups(ContainerSettings.Builder settings) {
        var lookup = NameLookup.newBuilder()
                .addAllServers(service.texts("dns"))
                .addAllSearches(service.texts("dns_search"))
                .addAllOptions(service.texts("dns_opt"))
                .build();
        if (!lookup.equals(NameLookup.getDefaultInstance())) {
            settings.setNameLookup(lookup);
        }
    }

    private void limits(ContainerSettings.Builder settings) {
        service.text("shm_size").map(Long::parseLong).ifPresent(settings::setShmBytes);
        service.mapping("ulimits").members().stream()
                .map(SettingsDecoder::ulimit)
                .sorted(Comparator.comparing(Ulimit::getName))
                .forEach(settings::addUlimits);
        settings.putAllSysctls(pairs(service.mapping("sysctls")));
        service.text("cpuset").ifPresent(settings::setCpuset);
        service.text("cpu_shares").map(Integer::parseInt).ifPresent(settings::setCpuShares);
        service.text("memswap_limit").map(Long::parseLong).ifPresent(settings::setMemorySwapBytes);
        service.text("oom_score_adj").map(Integer::parseInt).ifPresent(settings::setOomScoreAdj);
    }

    private static Ulimit ulimit(Node.Member limit) {
        return limit.value() instanceof Mapping both
                ? ulimit(limit.key(), both)
                : Ulimit.newBuilder().setName(limit.key()).build();
    }

    private static Ulimit ulimit(String name, Mapping both) {
        return Ulimit.newBuilder()
                .setName(name)
                .setSoft(both.text("soft").map(Long::parseLong).orElse(0L))
                .setHard(both.text("hard").map(Long::parseLong).orElse(0L))
                .build();
    }

    static Map<String, String> pairs(Mapping mapping) {
        var pairs = new TreeMap<String, String>();
        for (var member : mapping.members()) {
            if (member.value() instanceof Scalar value) {
                pairs.put(member.key(), value.isNull() ? "" : value.text());
            }
        }
        return pairs;
    }

    /** The value at a path of the service, or the last that is there on the way to it. */
    private Spot at(List<String> path) {
        Node node = service;
        var at = spot;
        for (var step : path) {
            var below = below(node, step);
            if (below.isEmpty()) {
                return at;
            }
            var member = below.getFirst();
            at = node instanceof Sequence ? at.index(Integer.parseInt(step), member.at()) : at.key(step, member.at());
            node = member.value();
        }
        return at;
    }

    private static List<Node.Member> below(Node node, String step) {
        return switch (node) {
            case Mapping mapping -> mapping.member(step).stream().toList();
            case Sequence list -> {
                var item = list.items().get(Integer.parseInt(step));
                yield List.of(new Node.Member(item.place(), step, item, Mark.NONE));
            }
            case Scalar scalar -> List.of();
        };
    }
}
