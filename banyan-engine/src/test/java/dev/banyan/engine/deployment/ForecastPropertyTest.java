package dev.banyan.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.Dependency.Condition;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.PlacementPreference;
import dev.banyan.api.v1.PlannedService;
import dev.banyan.api.v1.PlannedTask;
import dev.banyan.api.v1.PlannedTask.Deed;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is foreseen happens exactly so. */
class ForecastPropertyTest {
    private static final int SEEDS = 100;
    private static final List<String> NAMES = List.of("api", "db", "job", "log", "web");
    private static final List<String> ZONES = List.of("eu", "us", "ap");

    private int created;
    private int stopped;
    private int kept;
    private int nowhere;

    @Test
    void everythingHappensAsForeseen() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            var random = new SeededRandom(seed);
            var happening = new Happening();
            int agents = 1 + random.nextInt(4);
            for (int i = 1; i <= agents; i++) {
                happening.agent("a" + i, Map.of("zone", ZONES.get(random.nextInt(3))));
            }
            var services = draw(random);
            for (int release = 1; release <= 4; release++) {
                compare("seed " + seed + ", release " + release, happening, release, services);
                disturb(random, happening, agents);
                services = changed(random, services);
            }
        }
        // A property over projects where nothing happens would say nothing.
        assertThat(List.of(created, stopped, kept, nowhere)).allMatch(count -> count > SEEDS / 2);
    }

    private void compare(String where, Happening happening, int release, List<ServiceManifest> services) {
        long revision = happening.world.revision();
        var before = new HashSet<>(happening.seen.keySet());
        var stoppedBefore = new HashSet<>(happening.stopped);
        var wanted = wanted(happening);

        var foreseen = happening.foresee(release, services);

        assertThat(happening.world.revision()).as(where).isEqualTo(revision);
        happening.release(release, services);
        var createdNow = new TreeMap<>(happening.seen);
        createdNow.keySet().removeAll(before);
        var stoppedNow = new TreeSet<>(happening.stopped);
        stoppedNow.removeAll(stoppedBefore);
        stoppedNow.removeAll(createdNow.keySet());
        assertThat(agents(foreseen, Deed.CREATE)).as(where + ": created").isEqualTo(createdNow);
        assertThat(agents(foreseen, Deed.STOP).keySet())
                .as(where + ": stopped")
                .containsExactlyInAnyOrderElementsOf(gone(happening, wanted, stoppedNow));
        assertThat(agents(foreseen, Deed.KEEP).keySet()).as(where + ": kept").isEqualTo(remaining(happening, wanted));
        judge(where, foreseen, happening);
        count(foreseen);
    }

    private static void judge(String where, Foreseen foreseen, Happening happening) {
        var status = happening.world.get(Kinds.DEPLOYMENTS, "default", "shop").status();
        for (var service : status.getServicesList()) {
            var planned = foreseen.services().stream()
                    .filter(candidate -> candidate.getService().equals(service.getService()))
                    .findFirst()
                    .orElseThrow();
            assertThat(planned.getReplicasAfter()).as(where + " " + service).isEqualTo(service.getWanted());
            assertThat(planned.getNeverReady().isEmpty())
                    .as(where + " " + service + planned)
                    .isEqualTo(service.getReady() >= service.getWanted());
        }
        assertThat(foreseen.services().stream()
                        .filter(planned -> planned.getChange() != PlannedService.Change.REMOVED)
                        .map(PlannedService::getService))
                .as(where)
                .containsExactlyElementsOf(status.getServicesList().stream()
                        .map(ServiceProgress::getService)
                        .toList());
    }

    private void count(Foreseen foreseen) {
        created += agents(foreseen, Deed.CREATE).size();
        stopped += agents(foreseen, Deed.STOP).size();
        kept += agents(foreseen, Deed.KEEP).size();
        nowhere += (int) foreseen.tasks().stream()
                .filter(task ->
                        task.getAgent().isEmpty() && !task.getRefusalsList().isEmpty())
                .count();
    }

    private static Map<String, String> agents(Foreseen foreseen, Deed deed) {
        return foreseen.tasks().stream()
                .filter(task -> task.getDeed() == deed)
                .collect(Collectors.toMap(
                        PlannedTask::getTask, PlannedTask::getAgent, (one, other) -> one, TreeMap::new));
    }

    private static TreeSet<String> wanted(Happening happening) {
        return happening.world.list(Kinds.TASKS).stream()
                .filter(task -> task.spec().getDesired() == dev.banyan.api.v1.TaskSpec.Desired.RUN)
                .map(task -> task.name())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static TreeSet<String> remaining(Happening happening, TreeSet<String> before) {
        var still = wanted(happening);
        still.retainAll(before);
        return still;
    }

    /** Told to stop, or gone without: what never had an agent. */
    private static TreeSet<String> gone(Happening happening, TreeSet<String> before, TreeSet<String> stoppedNow) {
        var gone = new TreeSet<>(before);
        gone.removeAll(wanted(happening));
        gone.addAll(stoppedNow);
        return gone;
    }

    private static void disturb(RandomSource random, Happening happening, int agents) {
        var agent = "a" + (1 + random.nextInt(agents));
        switch (random.nextInt(4)) {
            case 0 -> happening.label(agent, Map.of("zone", ZONES.get(random.nextInt(3))));
            case 1 ->
                happening.world.update(Kinds.AGENTS, Kinds.AGENTS.key("", agent), spec -> spec.toBuilder()
                        .setCordoned(!spec.getCordoned())
                        .build());
            case 2 ->
                happening.world.judge(agent, random.nextBoolean() ? AgentStatus.State.LOST : AgentStatus.State.READY);
            default -> {}
        }
    }

    private static List<ServiceManifest> draw(RandomSource random) {
        var services = new ArrayList<ServiceManifest>();
        for (var name : NAMES) {
            if (random.nextInt(3) > 0 || services.isEmpty() && name.equals("web")) {
                services.add(service(random, name, services));
            }
        }
        return services;
    }

    private static List<ServiceManifest> changed(RandomSource random, List<ServiceManifest> before) {
        var services = new ArrayList<ServiceManifest>();
        for (var service : before) {
            switch (random.nextInt(6)) {
                case 0 -> services.add(service(random, service.getName(), services));
                case 1 ->
                    services.add(service.toBuilder()
                            .setImage(service.getName() + ":" + random.nextInt(1000))
                            .build());
                case 2 -> {
                    if (!services.isEmpty()) {
                        break; // It leaves the file.
                    }
                    services.add(service);
                }
                default -> services.add(service);
            }
        }
        var names = services.stream().map(ServiceManifest::getName).collect(Collectors.toSet());
        return services.stream()
                .map(service -> {
                    var kept = service.getDependsOnList().stream()
                            .filter(dependency -> names.contains(dependency.getService()))
                            .toList();
                    return service.toBuilder()
                            .clearDependsOn()
                            .addAllDependsOn(kept)
                            .build();
                })
                .toList();
    }

    /** Depends on what stands before it only, so that there are no circles. */
    private static ServiceManifest service(RandomSource random, String name, List<ServiceManifest> earlier) {
        var service = Fixture.service(name, random.nextInt(4)).toBuilder().setPlacement(placement(random));
        if (random.nextInt(4) == 0) {
            service.setGlobal(true).setReplicas(0);
        }
        if (random.nextInt(3) == 0) {
            service.setReservations(ResourceAmounts.newBuilder().setCpuMilli(500L * random.nextInt(6)));
        }
        for (var other : earlier) {
            if (random.nextInt(3) == 0) {
                service.addDependsOn(Dependency.newBuilder()
                        .setService(other.getName())
                        .setCondition(
                                other.getName().equals("job")
                                        ? Condition.COMPLETED_SUCCESSFULLY
                                        : random.nextBoolean() ? Condition.HEALTHY : Condition.STARTED)
                        .setRestart(random.nextBoolean())
                        .setOptional(random.nextInt(3) == 0));
            }
        }
        return service.build();
    }

    private static Placement placement(RandomSource random) {
        var placement = Placement.newBuilder();
        if (random.nextInt(3) == 0) {
            placement.addConstraints(PlacementConstraint.newBuilder()
                    .setSubject(Subject.LABEL)
                    .setLabel("zone")
                    .setNegated(random.nextBoolean())
                    .setValue(ZONES.get(random.nextInt(3))));
        }
        if (random.nextInt(3) == 0) {
            placement.addPreferences(PlacementPreference.newBuilder().setLabel("zone"));
        }
        if (random.nextInt(4) == 0) {
            placement.setReplicasMaxPerAgent(1);
        }
        return placement.build();
    }
}
