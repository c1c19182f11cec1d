package dev.banyan.agent.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.TaskSpawner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every home of {@link ContainerRuntime} does. A class that implements this runs these cases against its home. */
public interface ContainerRuntimeContract {
    List<String> ENDS_WITH_0 = script("exit 0");
    List<String> ENDS_WITH_3 = script("exit 3");
    List<String> RUNS_UNTIL_ASKED = script("trap 'exit 0' TERM; sleep 3600 & wait");
    List<String> RUNS_UNTIL_KILLED = List.of("/bin/sleep", "3600");
    List<String> EXCEEDS_ITS_MEMORY = script("x=aaaaaaaaaaaaaaaa; while true; do x=$x$x; done");
    List<String> HEALTHY = List.of("/bin/echo", "fine");
    List<String> UNHEALTHY = script("echo broken >&2; exit 7");
    List<String> HANGS = List.of("/bin/sleep", "3601");

    /** A script for the shell in the image. */
    static List<String> script(String text) {
        var shell = "/bin/sh";
        return List.of(shell, "-c", text);
    }

    /** A home with an empty cluster; each case gets its own cluster. */
    Home home();

    /** What the cases need of a home. */
    interface Home {
        /** The home seen by a cluster. */
        ContainerRuntime of(String cluster);

        /** An image that can be pulled, with {@code /bin/sh}; its own command is {@link #RUNS_UNTIL_ASKED}. */
        ImageReference image();

        ImageReference missingImage();

        /** A sandbox that can be run; every call gives another name. */
        SandboxSpec sandbox();

        /** Runs a task until the home is closed. */
        void spawn(TaskSpawner.Body body);

        /** An id that no case had before. */
        String freshCluster();
    }

    @Test
    default void pullsAnImageUnlessItIsPresent() throws Exception {
        var runtime = home().of(home().freshCluster());

        assertThat(runtime.pull(home().image())).isNotInstanceOf(PullOutcome.Failed.class);
        assertThat(runtime.pull(home().image())).isEqualTo(new PullOutcome.Present());
    }

    @Test
    default void saysThatTheRegistryDoesNotHaveAnImage() throws Exception {
        var outcome = home().of(home().freshCluster()).pull(home().missingImage());

        assertThat(outcome).isInstanceOfSatisfying(PullOutcome.Failed.class, failed -> assertThat(failed.cause())
                .as(failed.reason())
                .isEqualTo(PullOutcome.Cause.NOT_FOUND));
    }

    @Test
    default void readsWhatAnImageSaysOfItself() throws Exception {
        var runtime = home().of(home().freshCluster());
        runtime.pull(home().image());

        assertThat(runtime.imageConfig(home().image()))
                .hasValueSatisfying(config -> assertThat(config.command()).isEqualTo(RUNS_UNTIL_ASKED));
        assertThat(runtime.imageConfig(home().missingImage())).isEmpty();
    }

    @Test
    default void removesAnImageAndFetchesItAgain() throws Exception {
        var runtime = home().of(home().freshCluster());
        runtime.pull(home().image());
        var present = runtime.images().stream()
                .filter(image -> image.references().contains(home().image().toString()))
                .toList();
        assertThat(present).singleElement().satisfies(image -> assertThat(image.sizeBytes())
                .isPositive());

        runtime.removeImage(present.getFirst().id());
        runtime.removeImage(present.getFirst().id());

        assertThat(runtime.imageConfig(home().image())).isEmpty();
        assertThat(runtime.images()).doesNotContainAnyElementsOf(present);
        assertThat(runtime.pull(home().image())).isInstanceOf(PullOutcome.Pulled.class);
    }

    @Test
    default void leavesAContainerRunningWhoseImageIsRemoved() throws Exception {
        var story = new ContractStory(home());
        var id = story.runtime()
                .createContainer(story.sandbox().id(), ContainerSpec.of("app", 0, home().image(), "0.log"));
        story.runtime().start(id);

        for (var image : story.runtime().images()) {
            if (image.references().contains(home().image().toString())) {
                story.runtime().removeImage(image.id());
            }
        }

        assertThat(story.state(id)).isEqualTo(new ObservedContainer.State.Running());
        story.runtime().pull(home().image());
    }

    @Test
    default void refusesAContainerWhoseImageIsNotPresent() throws Exception {
        var story = new ContractStory(home());
        var spec = ContainerSpec.of("app", 0, home().missingImage(), "0.log");

        assertThatThrownBy(() -> story.runtime().createContainer(story.sandbox().id(), spec))
                .isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ContainerException.Kind.NOT_FOUND));
    }

    @Test
    default void givesEachSandboxAnAddress() throws Exception {
        var story = new ContractStory(home());
        var other = story.runtime().runSandbox(home().sandbox());

        assertThat(story.sandbox().ready()).isTrue();
        assertThat(story.sandbox().address()).isPresent();
        assertThat(other.address()).isPresent().isNotEqualTo(story.sandbox().address());
    }

    @Test
    default void runsTheImagesOwnCommandUnlessToldOtherwise() throws Exception {
        var story = new ContractStory(home());

        var id = story.runtime()
                .createContainer(story.sandbox().id(), ContainerSpec.of("app", 0, home().image(), "0.log"));
        story.runtime().start(id);

        assertThat(story.state(id)).isEqualTo(new ObservedContainer.State.Running());
    }

    @Test
    default void tellsTheExitCode() throws Exception {
        var story = new ContractStory(home());

        var well = story.started("well", ENDS_WITH_0);
        var badly = story.started("badly", ENDS_WITH_3);

        assertThat(story.end(well).code()).isZero();
        assertThat(story.end(badly).code()).isEqualTo(3);
        assertThat(story.end(badly).oomKilled()).isFalse();
    }

    @Test
    default void tellsThatMemoryWasExceeded() throws Exception {
        var story = new ContractStory(home());
        story.watch();

        var id = story.started(story.spec("greedy", EXCEEDS_ITS_MEMORY)
                .withLimits(new ContainerSpec.Limits(0, 32 << 20, 0, List.of())));

        assertThat(story.end(id).code()).isEqualTo(137);
        assertThat(story.end(id).oomKilled()).isTrue();
        story.awaitEvent(event -> event.equals(new ContainerEvent.OutOfMemory(id)));
        story.awaitEvent(event ->
                event instanceof ContainerEvent.Exited exited && exited.exit().oomKilled());
    }

    @Test
    default void listsACreatedContainerThatWasNeverStarted() throws Exception {
        var story = new ContractStory(home());

        var id = story.runtime().createContainer(story.sandbox().id(), story.spec("app", ENDS_WITH_0));

        assertThat(story.state(id)).isEqualTo(new ObservedContainer.State.Created());
    }

    @Test
    default void keepsLabelsAnnotationsNameAndAttempt() throws Exception {
        var story = new ContractStory(home());
        var spec = story.spec("app", ENDS_WITH_0)
                .withLabels(Map.of("dev.banyan/slot", "4"))
                .withAnnotations(Map.of("dev.banyan/note", "hello"));

        var id = story.runtime().createContainer(story.sandbox().id(), spec);

        var observed = story.observed(id);
        assertThat(observed.labels()).containsEntry("dev.banyan/slot", "4");
        assertThat(observed.labels()).containsEntry(ContainerRuntime.CLUSTER_LABEL, story.cluster());
        assertThat(observed.annotations()).containsEntry("dev.banyan/note", "hello");
        assertThat(observed.name()).isEqualTo("app");
        assertThat(observed.attempt()).isZero();
        assertThat(observed.sandboxId()).isEqualTo(story.sandbox().id());
    }

    @Test
    default void refusesTheSameNameAndAttemptButTakesTheNextAttempt() throws Exception {
        var story = new ContractStory(home());
        story.started("app", ENDS_WITH_0);

        assertThatThrownBy(() -> story.started("app", ENDS_WITH_0))
                .isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ContainerException.Kind.NAME_RESERVED));

        var again = ContainerSpec.of("app", 1, home().image(), "1.log")
                .withProcess(ContainerSpec.Process.running(ENDS_WITH_3.toArray(String[]::new)));
        assertThat(story.end(story.started(again)).code()).isEqualTo(3);
    }

    @Test
    default void runsASandboxUnderALaterAttemptWhenItsNameIsTaken() throws Exception {
        var runtime = home().of(home().freshCluster());
        var spec = home().sandbox();

        var first = runtime.runSandbox(spec);
        var second = runtime.runSandbox(spec);

        assertThat(first.attempt()).isZero();
        assertThat(second.attempt()).isEqualTo(1);
        assertThat(runtime.list().sandboxes()).extracting(ObservedSandbox::id).contains(first.id(), second.id());
    }

    @Test
    default void stopsWhatListensToItsSignal() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_ASKED);
        story.awaitRunning(id);

        var outcome = story.runtime().stop(id, StopSignal.TERM, Duration.ofSeconds(30));

        assertThat(outcome).isInstanceOfSatisfying(StopOutcome.Stopped.class, stopped -> assertThat(
                        stopped.exit().code())
                .isZero());
    }

    @Test
    default void killsWhatOutlivesItsGrace() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_KILLED);

        var outcome = story.runtime().stop(id, StopSignal.TERM, Duration.ofMillis(300));

        assertThat(outcome).isInstanceOfSatisfying(StopOutcome.Killed.class, killed -> assertThat(
                        killed.exit().code())
                .isEqualTo(137));
        assertThat(story.state(id)).isInstanceOf(ObservedContainer.State.Ended.class);
    }

    @Test
    default void stopsNothingThatDoesNotRun() throws Exception {
        var story = new ContractStory(home());
        var created = story.runtime().createContainer(story.sandbox().id(), story.spec("new", ENDS_WITH_0));
        var ended = story.started("old", ENDS_WITH_3);
        var exit = story.end(ended);

        var runtime = story.runtime();
        assertThat(runtime.stop(created, StopSignal.TERM, Duration.ofSeconds(1)))
                .isEqualTo(new StopOutcome.NotRunning());
        assertThat(runtime.stop(ended, StopSignal.TERM, Duration.ofSeconds(1)))
                .isEqualTo(new StopOutcome.AlreadyEnded(exit));
        assertThat(runtime.stop("0123456789abcdef", StopSignal.TERM, Duration.ofSeconds(1)))
                .isEqualTo(new StopOutcome.NotRunning());
    }

    @Test
    default void removesAContainerOnceAndAgain() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_KILLED);

        story.runtime().remove(id);
        story.runtime().remove(id);

        assertThat(story.runtime().list().containers()).isEmpty();
    }

    @Test
    default void removesASandboxWithItsContainers() throws Exception {
        var story = new ContractStory(home());
        story.started("app", RUNS_UNTIL_KILLED);

        story.runtime().removeSandbox(story.sandbox().id());
        story.runtime().removeSandbox(story.sandbox().id());

        assertThat(story.runtime().list()).isEqualTo(new ContainerRuntime.Inventory(List.of(), List.of()));
    }

    @Test
    default void runsCommandsInAContainer() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_KILLED);

        assertThat(story.runtime().exec(id, HEALTHY, Duration.ofSeconds(20)))
                .isEqualTo(new ExecOutcome.Finished(0, "fine\n"));
        assertThat(story.runtime().exec(id, UNHEALTHY, Duration.ofSeconds(20)))
                .isEqualTo(new ExecOutcome.Finished(7, "broken\n"));
    }

    @Test
    default void givesUpOnACommandThatHangs() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_KILLED);

        assertThat(story.runtime().exec(id, HANGS, Duration.ofMillis(400)))
                .isEqualTo(new ExecOutcome.TimedOut(Duration.ofMillis(400)));
    }

    @Test
    default void runsNoCommandInAContainerThatEnded() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", ENDS_WITH_0);
        story.end(id);

        assertThat(story.runtime().exec(id, HEALTHY, Duration.ofSeconds(20)))
                .isInstanceOf(ExecOutcome.NotStarted.class);
    }

    @Test
    default void runsNoCommandInAContainerThatWasNotStarted() throws Exception {
        var story = new ContractStory(home());
        var id = story.runtime().createContainer(story.sandbox().id(), story.spec("app", RUNS_UNTIL_KILLED));

        assertThat(story.runtime().exec(id, HEALTHY, Duration.ofSeconds(20)))
                .isInstanceOf(ExecOutcome.NotStarted.class);
    }

    @Test
    default void takesANameOncePerTaskWhicheverOfItsSandboxesHasIt() throws Exception {
        var runtime = home().of(home().freshCluster());
        runtime.pull(home().image());
        var spec = home().sandbox();
        var first = runtime.runSandbox(spec);
        var second = runtime.runSandbox(spec);
        var container = ContainerSpec.of("app", 0, home().image(), "0.log");
        runtime.createContainer(first.id(), container);

        assertThatThrownBy(() -> runtime.createContainer(second.id(), container))
                .isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ContainerException.Kind.NAME_RESERVED));
    }

    @Test
    default void tellsResynchroniseFirstThenStartAndEnd() throws Exception {
        var story = new ContractStory(home());
        story.watch();

        var id = story.started("app", ENDS_WITH_3);
        story.awaitEvent(event -> event instanceof ContainerEvent.Exited exited
                && exited.containerId().equals(id)
                && exited.exit().code() == 3);

        assertThat(story.events().getFirst()).isInstanceOf(ContainerEvent.Resynchronise.class);
        assertThat(story.events()).contains(new ContainerEvent.Started(id));
    }

    @Test
    default void tellsThatASandboxDied() throws Exception {
        var story = new ContractStory(home());
        story.watch();

        story.runtime().removeSandbox(story.sandbox().id());

        story.awaitEvent(event ->
                event.equals(new ContainerEvent.SandboxExited(story.sandbox().id())));
    }

    @Test
    default void neitherShowsNorTouchesWhatBelongsToAnotherCluster() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_KILLED);
        var stranger = home().of(home().freshCluster());

        assertThat(stranger.list()).isEqualTo(new ContainerRuntime.Inventory(List.of(), List.of()));
        ContractStory.refusedAsNotOwned(() -> stranger.stop(id, StopSignal.KILL, Duration.ZERO));
        ContractStory.refusedAsNotOwned(() -> stranger.remove(id));
        ContractStory.refusedAsNotOwned(() -> stranger.start(id));
        ContractStory.refusedAsNotOwned(() -> stranger.exec(id, HEALTHY, Duration.ofSeconds(20)));
        ContractStory.refusedAsNotOwned(
                () -> stranger.removeSandbox(story.sandbox().id()));
        ContractStory.refusedAsNotOwned(
                () -> stranger.createContainer(story.sandbox().id(), story.spec("intruder", ENDS_WITH_0)));
        assertThat(story.state(id)).isEqualTo(new ObservedContainer.State.Running());
    }

    @Test
    default void listsThoseAloneThatCarryALabel() throws Exception {
        var story = new ContractStory(home());
        var mine = story.started(story.spec("mine", RUNS_UNTIL_KILLED).withLabels(Map.of("task", "a")));
        var ignored = story.started(story.spec("other", RUNS_UNTIL_KILLED).withLabels(Map.of("task", "b")));
        var stranger = home().of(home().freshCluster());

        var listed = story.runtime().list("task", "a");

        assertThat(listed.containers()).singleElement().isEqualTo(story.observed(mine));
        assertThat(listed.sandboxes()).isEmpty();
        var all = story.runtime().list(ContainerRuntime.CLUSTER_LABEL, story.cluster());
        assertThat(all.sandboxes()).isEqualTo(story.runtime().list().sandboxes());
        assertThat(all.containers())
                .containsExactlyInAnyOrderElementsOf(story.runtime().list().containers());
        assertThat(stranger.list("task", "a").containers()).isEmpty();
        assertThat(stranger.list(ContainerRuntime.CLUSTER_LABEL, story.cluster())
                        .sandboxes())
                .isEmpty();
    }

    @Test
    default void refusesAnEnvironmentInASandboxThatWasMadeForNone() throws Exception {
        var story = new ContractStory(home());
        var sandbox = story.runtime().runSandbox(home().sandbox().withoutEnvironments());
        var plain = story.spec("plain", RUNS_UNTIL_KILLED);
        var process = new ContainerSpec.Process(
                Optional.of(List.of()),
                Optional.of(RUNS_UNTIL_KILLED),
                Map.of("TOKEN", "1"),
                Optional.empty(),
                Optional.empty());

        var id = story.runtime().createContainer(sandbox.id(), plain);
        story.runtime().start(id);

        assertThat(story.state(id)).isEqualTo(new ObservedContainer.State.Running());
        assertThatThrownBy(() -> story.runtime()
                        .createContainer(
                                sandbox.id(), story.spec("more", ENDS_WITH_0).withProcess(process)))
                .isInstanceOfSatisfying(ContainerException.class, refusal -> assertThat(refusal.kind())
                        .isEqualTo(ContainerException.Kind.INVALID));
    }

    @Test
    default void findsWhatAnEarlierAgentLeftRunning() throws Exception {
        var story = new ContractStory(home());
        var id = story.started("app", RUNS_UNTIL_ASKED);

        var later = home().of(story.cluster());

        assertThat(later.list().containers()).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo(id);
            assertThat(found.state()).isEqualTo(new ObservedContainer.State.Running());
        });
        assertThat(later.exec(id, HEALTHY, Duration.ofSeconds(20))).isInstanceOf(ExecOutcome.Finished.class);
    }
}
