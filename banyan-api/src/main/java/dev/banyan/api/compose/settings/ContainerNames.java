package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Spot;
import java.util.HashMap;

/** Each name under which services of an app are reached belongs to one of them. */
public final class ContainerNames {
    private ContainerNames() {}

    /** Refuses a {@code container_name} that another service has, as such or as its own name. */
    public static void check(Mapping services, Spot root) {
        var holders = new HashMap<String, String>();
        services.members().forEach(service -> holders.put(service.key(), service.key()));
        for (var service : services.members()) {
            if (service.value() instanceof Mapping mapping) {
                mapping.text("container_name").ifPresent(name -> {
                    var holder = holders.putIfAbsent(name, service.key());
                    if (holder != null && !holder.equals(service.key())) {
                        var place = mapping.member("container_name")
                                .orElseThrow()
                                .value()
                                .place();
                        root.key("services", service.at())
                                .key(service.key(), service.at())
                                .key("container_name", place)
                                .refuse("\"" + name + "\" is a name of service \"" + holder + "\"");
                    }
                });
            }
        }
    }
}
