package dev.banyan.simulated;

import dev.banyan.agent.container.ImageReference;
import java.util.Map;
import java.util.TreeMap;

/** What shall be alive: so many containers of this image, by service. */
record Wanted(Map<String, Replicas> services) {
    static final Wanted NOTHING = new Wanted(Map.of());

    Wanted {
        services = Map.copyOf(services);
    }

    record Replicas(int count, ImageReference image) {}

    /** The shop of {@link Shop}. */
    static Wanted shop(Shop shop) {
        return new Wanted(Map.of(
                "db",
                new Replicas(1, Shop.image("db:1")),
                "web",
                new Replicas(shop.webs(), Shop.image(shop.webImage()))));
    }

    Map<String, Integer> counts() {
        var counts = new TreeMap<String, Integer>();
        services.forEach((service, replicas) -> counts.put(service, replicas.count()));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }
}
