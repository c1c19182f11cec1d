package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.Capabilities;
import dev.banyan.api.v1.Device;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Powers;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Decodes what a container may do beyond or short of the usual. */
final class PowersDecoder {
    private static final Set<String> RUNTIMES = Set.of("", "runc", "io.containerd.runc.v2");

    private final Mapping service;
    private final Spot spot;
    private final Powers.Builder powers = Powers.newBuilder();

    private PowersDecoder(Mapping service, Spot spot) {
        this.service = service;
        this.spot = spot;
    }

    static Powers decode(Mapping service, Spot spot) {
        var decoder = new PowersDecoder(service, spot);
        decoder.decode();
        return decoder.powers.build();
    }

    private void decode() {
        powers.addAllAdd(capabilities("cap_add"))
                .addAllDrop(capabilities("cap_drop"))
                .setPrivileged(service.flag("privileged", false))
                .addAllDeviceRules(service.texts("device_cgroup_rules"));
        var options = service.items("security_opt");
        for (int i = 0; i < options.size(); i++) {
            if (options.get(i) instanceof Scalar option) {
                security(option.text(), spot.key("security_opt", option.place()).index(i, option.place()));
            }
        }
        var devices = service.items("devices");
        for (int i = 0; i < devices.size(); i++) {
            if (devices.get(i) instanceof Mapping device) {
                device(device);
            }
        }
        namespaces();
        runtime();
    }

    /** Others that Docker knows exist for devices, which are given in another way here. */
    private void runtime() {
        var name = service.text("runtime").orElse("runc");
        if (!RUNTIMES.contains(name)) {
            at("runtime")
                    .refuse("\"" + name + "\" is not supported: runc runs containers", "for devices write \"gpus\"");
        }
    }

    private Iterable<String> capabilities(String key) {
        var names = new TreeSet<String>();
        var items = service.items(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Scalar item) {
                var name = Capabilities.plain(item.text());
                if (Capabilities.known(name)) {
                    names.add(name);
                } else {
                    spot.key(key, item.place())
                            .index(i, item.place())
                            .refuse("\"" + item.text() + "\" is no capability of Linux", "write such as \"NET_ADMIN\"");
                }
            }
        }
        return names;
    }

    private void security(String option, Spot at) {
        switch (option.replaceFirst(":", "=")) {
            case "no-new-privileges", "no-new-privileges=true" -> powers.setNoNewPrivileges(true);
            case "no-new-privileges=false" -> powers.setNoNewPrivileges(false);
            case "seccomp=unconfined" -> powers.setSeccompUnconfined(true);
            case "apparmor=unconfined" -> powers.setApparmorUnconfined(true);
            // Agents set no labels, so there is nothing to switch off.
            case "label=disable" -> {}
            default -> {
                if (SeccompOption.brings(option)) {
                    SeccompOption.decode(option, at).ifPresent(powers::setSeccomp);
                } else if (option.matches("apparmor[:=].+")) {
                    powers.setApparmorProfile(option.substring("apparmor=".length()));
                } else {
                    refuse(option, at);
                }
            }
        }
    }

    private static void refuse(String option, Spot at) {
        var name = option.split("[:=]", 2)[0];
        switch (name) {
            case "seccomp" ->
                at.refuse("names no profile of system calls", "write the path of its file, or \"seccomp=unconfined\"");
            case "apparmor" -> at.refuse("names no profile of AppArmor", "write such as \"apparmor=my-profile\"");
            case "label" -> at.refuse("agents set no labels of SELinux", "remove it, or write \"label=disable\"");
            default -> at.refuse("\"" + name + "\" is no option of security that is supported");
        }
    }

    private void device(Mapping device) {
        var source = device.text("source").orElse("");
        if (DeviceDecoder.isNamed(source)) {
            return; // Not a path of the server: see there.
        }
        powers.addDevices(Device.newBuilder()
                .setSource(source)
                .setTarget(device.text("target").orElse(source))
                .setPermissions(device.text("permissions").orElse("rwm")));
    }

    private void namespaces() {
        namespace("ipc", HostNamespace.IPC, List.of("", "private", "shareable"));
        namespace("pid", HostNamespace.PID, List.of("", "private"));
        namespace("uts", HostNamespace.UTS, List.of("", "private"));
        namespace("cgroup", HostNamespace.CGROUP, List.of("", "private"));
        if (service.text("network_mode").orElse("").equals("host")) {
            powers.addHostNamespaces(HostNamespace.NETWORK);
        }
        powers.setOwnCgroupView(service.text("cgroup").orElse("").equals("private"));
        var users = service.text("userns_mode").orElse("host");
        // Agents map no users: the server's own is what every container has.
        if (!users.equals("host") && !users.isEmpty()) {
            at("userns_mode").refuse("\"" + users + "\" is not supported: users are not mapped", "write \"host\"");
        }
    }

    private void namespace(String key, HostNamespace namespace, List<String> own) {
        var mode = service.text(key).orElse("");
        if (mode.equals("host")) {
            powers.addHostNamespaces(namespace);
        } else if (!own.contains(mode)) {
            at(key).refuse("\"" + mode + "\" is not supported", "write \"host\", or remove it for one of its own");
        }
    }

    private Spot at(String key) {
        return service.member(key)
                .map(member -> spot.key(key, member.value().place()))
                .orElse(spot);
    }
}
