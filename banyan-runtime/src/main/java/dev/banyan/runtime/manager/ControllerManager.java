package dev.banyan.runtime.manager;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The components of one process as one component. Sources start first and are waited for; the order given is kept otherwise; stopping is
 * the reverse.
 *
 * <p><b>Caveats.</b> A source that is not ready by the deadline does not stop the process: it may come a minute later, controllers wait for
 * their own sources anyway, and {@link #health} says what is missing. Who prefers to fail calls {@link #awaitReady}.
 */
public final class ControllerManager implements Component, AutoCloseable {
    /** How long each source is waited for at start: a store that is only restarting is back within this. */
    public static final Duration SYNC_DEADLINE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(ControllerManager.class);

    private final List<Component> inOrder;
    private final List<Component> started = new CopyOnWriteArrayList<>(); // written by the task that starts and stops

    private ControllerManager(List<Component> components) {
        this.inOrder = components;
    }

    /**
     * A manager of {@code components}.
     *
     * @throws IllegalArgumentException when there is none, or two have the same name
     */
    public static ControllerManager of(Component... components) {
        var names = new HashSet<String>();
        if (components.length == 0) {
            throw new IllegalArgumentException("a manager of no components would start nothing: name informers,"
                    + " controllers and whatever else is to run");
        }
        for (var component : components) {
            if (!names.add(Objects.requireNonNull(component, "component").name())) {
                throw new IllegalArgumentException("two components of one manager are named " + component.name()
                        + ": give one another name, since health and logs tell them apart by it");
            }
        }
        return new ControllerManager(Arrays.stream(components)
                .sorted(Comparator.comparing(Component::stage))
                .toList());
    }

    @Override
    public String name() {
        return "manager";
    }

    /**
     * Starts all. An exception of one stops those already started and is passed on.
     *
     * @throws IllegalStateException when a component {@link #lacks} what it stands on
     */
    @Override
    public void start() {
        try {
            startStage(Stage.SOURCE);
            waitForSources();
            startStage(Stage.WORKER);
        } catch (InterruptedException interrupted) {
            stop();
            Thread.currentThread().interrupt();
        } catch (RuntimeException failed) {
            stop();
            throw failed;
        }
    }

    /** Stops all that were started, the last first. A component that fails to stop is logged and does not keep the others running. */
    @Override
    public void stop() {
        for (var component : new ArrayList<>(started).reversed()) {
            try {
                component.stop();
            } catch (RuntimeException failed) {
                LOG.atError()
                        .addKeyValue("component", component.name())
                        .setCause(failed)
                        .log("component failed to stop");
            }
            started.remove(component);
        }
    }

    /** Stops all, at the end of a try block; see {@link #stop}. */
    @Override
    public void close() {
        stop();
    }

    /** Ready when all are. */
    @Override
    public Health health() {
        var missing = healths().entrySet().stream()
                .filter(entry -> !entry.getValue().ready())
                .map(entry -> entry.getKey() + ": " + entry.getValue().detail())
                .toList();
        return missing.isEmpty()
                ? Health.ready(inOrder.size() + " components")
                : Health.notReady(String.join("; ", missing));
    }

    /** The health of each component by name, in the order of start. */
    public Map<String, Health> healths() {
        var healths = new LinkedHashMap<String, Health>();
        for (var component : inOrder) {
            healths.put(component.name(), component.health());
        }
        return healths;
    }

    /** Waits for each component in turn, at most {@code atMost} for each. */
    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        for (var component : inOrder) {
            if (!component.awaitReady(atMost)) {
                return false;
            }
        }
        return true;
    }

    private void startStage(Stage stage) {
        for (var component : inOrder) {
            if (component.stage() == stage) {
                refuseToWaitForEver(component);
                started.add(component);
                component.start();
            }
        }
    }

    private static void refuseToWaitForEver(Component component) {
        var lacks = component.lacks();
        if (!lacks.isEmpty()) {
            throw new IllegalStateException(component.name() + " stands on " + String.join(", ", lacks)
                    + ", which nobody has started: give it to the same manager, which starts sources first, or start it"
                    + " before");
        }
    }

    private void waitForSources() throws InterruptedException {
        for (var source : List.copyOf(started)) {
            if (!source.awaitReady(SYNC_DEADLINE)) {
                LOG.atWarn()
                        .addKeyValue("component", source.name())
                        .addKeyValue("detail", source.health().detail())
                        .log("source not ready, starting without it");
            }
        }
    }
}
