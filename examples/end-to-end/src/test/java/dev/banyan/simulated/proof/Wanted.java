package dev.banyan.simulated.proof;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.simulated.world.App;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * What shall be alive.
 *
 * @param services how many containers of which image, by app and service such as {@code shop/web}
 */
public record Wanted(Map<String, Replicas> services) {
    /** Copies. */
    public Wanted {
        services = Map.copyOf(services);
    }

    /** So many containers of one image. */
    public record Replicas(int count, ImageReference image) {
        /** One on each agent. */
        static final int EVERYWHERE = -1;
    }

    /** What these apps have. */
    public static Wanted of(Collection<App> apps) {
        var services = new TreeMap<String, Replicas>();
        for (var app : apps) {
            services.put(app.name() + "/db", new Replicas(1, App.image("db:1")));
            services.put(app.name() + "/web", new Replicas(app.webs(), App.image(app.webImage())));
            if (app.settled()) {
                services.put(app.name() + "/log", new Replicas(Replicas.EVERYWHERE, App.image("web:1")));
            }
        }
        return new Wanted(services);
    }

    /** On so many agents that work. */
    Map<String, Integer> counts(int agents) {
        var counts = new TreeMap<String, Integer>();
        services.forEach((service, replicas) ->
                counts.put(service, replicas.count() == Replicas.EVERYWHERE ? agents : replicas.count()));
        counts.values().removeIf(count -> count == 0);
        return counts;
    }
}
