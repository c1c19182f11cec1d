package dev.banyan.cli.output;

import java.util.List;

/**
 * How far an app is.
 *
 * @param app name of the deployment
 * @param release number that is being brought up
 */
public record Progress(String app, long release, List<Service> services) {
    public Progress {
        services = List.copyOf(services);
    }

    /**
     * How far one service is.
     *
     * @param waitingFor why fewer are ready than wanted; empty when none are missing
     */
    public record Service(String name, int wanted, int running, int ready, String waitingFor) {
        /** All that is wanted is ready. */
        public boolean complete() {
            return ready >= wanted;
        }
    }
}
