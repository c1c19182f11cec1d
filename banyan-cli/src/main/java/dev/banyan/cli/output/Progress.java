package dev.banyan.cli.output;

import java.util.List;

/**
 * How far an app is.
 *
 * @param app name of the deployment
 * @param release number that is being brought up, or removed
 * @param removing the app is on its way out: nothing is wanted of its services, and {@code running} says what has not ended yet
 */
public record Progress(String app, long release, boolean removing, List<Service> services) {
    public Progress {
        services = List.copyOf(services);
    }

    /** Of an app that is being brought up. */
    public Progress(String app, long release, List<Service> services) {
        this(app, release, false, services);
    }

    /** The same app with other services. */
    public Progress removing(List<Service> left) {
        return new Progress(app, release, true, left);
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
