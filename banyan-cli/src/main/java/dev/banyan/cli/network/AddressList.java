package dev.banyan.cli.network;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.policy.Party;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.Attachment;
import dev.banyan.cli.app.Apps;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who has which address. */
final class AddressList {
    static final List<String> COLUMNS = List.of("KIND", "NAME", "ADDRESS", "IPV6", "AT");

    private final List<Map<String, Object>> items = new ArrayList<>();
    private final Optional<TwinPrefix> prefix;

    private AddressList(Optional<TwinPrefix> prefix) {
        this.prefix = prefix;
    }

    /** Of agents, services and tasks. */
    static List<Map<String, Object>> of(Store store) {
        var reports = ClusterPorts.reports(store);
        var list = new AddressList(reports.values().stream()
                .map(AgentReportStatus::getIpv6Prefix)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .map(TwinPrefix::parse));
        list.agents(store, reports);
        list.services(store);
        list.tasks(store);
        return list.items;
    }

    private void agents(Store store, Map<String, AgentReportStatus> reports) {
        for (var agent : ClusterPorts.all(store, Kinds.AGENTS, Selection.of(Kinds.AGENTS.name()))) {
            var report = reports.getOrDefault(agent.name(), AgentReportStatus.getDefaultInstance());
            var subnet = agent.spec().getSubnet();
            boolean ipv6 = !report.getIpv6Prefix().isEmpty();
            var twin = twin(ipv6, subnet.replaceFirst("/.*", ""));
            add("agent", agent.name(), subnet, twin.isEmpty() ? "" : twin + "/64", report.getHostAddress());
        }
    }

    private void services(Store store) {
        var all = Selection.of(Kinds.SERVICES.name()).in(Apps.NAMESPACE);
        for (var service : ClusterPorts.all(store, Kinds.SERVICES, all)) {
            var spec = service.spec();
            if (!spec.getBalancing().getReplicasByName() && !Party.alone(spec)) {
                boolean ipv6 = spec.getConnections().getNetworksList().stream().anyMatch(Attachment::getIpv6);
                var address = spec.getVirtualAddress();
                add("service", service.name(), address, twin(ipv6, address), "every agent");
            }
        }
    }

    private void tasks(Store store) {
        var all = Selection.of(Kinds.TASKS.name()).in(Apps.NAMESPACE);
        for (var task : ClusterPorts.all(store, Kinds.TASKS, all)) {
            var address = task.status().getAddress();
            if (!address.isEmpty()) {
                var settings = task.spec().getContainer().getSettings();
                var twin = twin(settings.getIpv6(), address);
                add(
                        "task",
                        task.name(),
                        address,
                        twin,
                        task.spec().getAssignment().getAgent());
            }
        }
    }

    private String twin(boolean ipv6, String address) {
        return ipv6 ? prefix.flatMap(found -> found.twin(address)).orElse("") : "";
    }

    private void add(String kind, String name, String address, String ipv6, String at) {
        var item = new LinkedHashMap<String, Object>();
        item.put("kind", kind);
        item.put("name", name);
        item.put("address", address);
        item.put("ipv6", ipv6);
        item.put("at", at);
        items.add(item);
    }

    static List<String> row(Map<String, Object> item) {
        return item.values().stream()
                .map(String::valueOf)
                .map(text -> text.isEmpty() ? "-" : text)
                .toList();
    }
}
