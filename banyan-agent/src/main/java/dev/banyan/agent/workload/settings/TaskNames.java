package dev.banyan.agent.workload.settings;

import dev.banyan.agent.container.SandboxSpec.Dns;
import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.v1.TaskSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/** How the containers of a task look up names. Pure. */
public record TaskNames(TaskSpec task) {
    /** A resolver asks the next server after a second, and all of them twice. */
    private static final List<String> USUAL = List.of("timeout:1", "attempts:2");

    private static final String DOMAIN = ".internal";
    private static final String NO_SEARCH = ".";

    /**
     * What their resolv.conf says.
     *
     * @param servers name servers of the cluster; without any, containers have the server's own file
     * @param searches domains that the server tries for short names
     */
    public Dns dns(List<String> servers, List<String> searches) {
        if (NetworkMode.of(task.getContainer().getSettings()) == NetworkMode.HOST) {
            return onServer();
        }
        if (servers.isEmpty()) {
            return Dns.OF_THE_SERVER;
        }
        return new Dns(servers, searches(searches), options());
    }

    /** Whom its server asks, unless it names servers of its own: nothing of the cluster. */
    private Dns onServer() {
        var asked = task.getContainer().getSettings().getNameLookup();
        return asked.getServersCount() == 0
                ? Dns.OF_THE_SERVER
                : new Dns(asked.getServersList(), asked.getSearchesList(), asked.getOptionsList());
    }

    /** The app's own first: a name in it is found there whatever else there is. */
    private List<String> searches(List<String> ofServer) {
        var asked = task.getContainer().getSettings().getNameLookup().getSearchesList();
        var all = new LinkedHashSet<>(List.of(task.getDeployment() + DOMAIN));
        all.addAll(asked.isEmpty() ? ofServer : asked);
        all.remove(NO_SEARCH);
        return List.copyOf(all);
    }

    private List<String> options() {
        var asked = task.getContainer().getSettings().getNameLookup().getOptionsList();
        var names = asked.stream().map(TaskNames::name).toList();
        var options = new ArrayList<>(
                USUAL.stream().filter(usual -> !names.contains(name(usual))).toList());
        return Stream.concat(options.stream(), asked.stream()).toList();
    }

    private static String name(String option) {
        int colon = option.indexOf(':');
        return colon < 0 ? option : option.substring(0, colon);
    }
}
