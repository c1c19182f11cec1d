package dev.banyan.cli.command;

import dev.banyan.api.compose.ComposeOutcome;
import dev.banyan.api.compose.image.ImageNeeds;
import dev.banyan.api.compose.image.PullPolicy;
import dev.banyan.api.kinds.DeploymentName;
import dev.banyan.api.kinds.Names;
import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.AppVolumes;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.app.ChangeOutcome;
import dev.banyan.cli.app.PlanDetail;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.content.ContentUpload;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.image.Choice;
import dev.banyan.cli.image.Outcome;
import dev.banyan.cli.image.Preparation;
import dev.banyan.cli.image.Screen;
import dev.banyan.cli.image.Workshop;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.ProgressView;
import dev.banyan.cli.progress.Addresses;
import dev.banyan.cli.progress.Addresses.Address;
import dev.banyan.cli.progress.AppWatch;
import dev.banyan.cli.progress.Ending;
import dev.banyan.cli.progress.Milestones;
import dev.banyan.cli.progress.UpJudge;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the cluster run what a Compose file says. */
@Command(
        name = "up",
        description = "Makes the cluster run what a Compose file says, and waits until it does.",
        footer = {
            "",
            "Examples:",
            "  banyan-cli up -f compose.yaml",
            "  banyan-cli up -f compose.yaml -p shop --tag eu --timeout 2m",
            "  banyan-cli up --dry-run"
        })
final class UpCommand implements Callable<Integer> {
    /** Status writes change a deployment's revision too; so often in a row they hardly come between two calls. */
    private static final int ATTEMPTS_MAX = 8;

    @Mixin
    private final ComposeDirectory compose = new ComposeDirectory();

    @Option(names = "--tag", paramLabel = "TAG", description = "Runs on agents with this tag; may be repeated.")
    private List<String> tags = List.of();

    @Option(
            names = "--dry-run",
            description =
                    "Only says what would happen, where and why there; changes nothing, and fetches and builds no image.")
    private boolean dry;

    @Option(names = "--build", description = "Builds what has a build, also when the cluster has its image.")
    private boolean build;

    @Option(names = "--no-build", description = "Builds nothing.")
    private boolean noBuild;

    @Option(
            names = "--pull",
            paramLabel = "POLICY",
            description = "always, missing or never, in place of each service's pull_policy.")
    private Optional<String> pull = Optional.empty();

    @Option(
            names = "--builder",
            paramLabel = "PROGRAM",
            description = "buildah, docker, podman or nerdctl; the first that is found by default.")
    private Optional<String> builder = Optional.empty();

    @Mixin
    private final FollowOptions following = new FollowOptions();

    private final Program program;

    UpCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        checkTags();
        var choice = choice();
        return switch (compose.load(program)) {
            case ComposeOutcome.Absent absent -> throw ComposeDirectory.absence(absent);
            case ComposeOutcome.Refused refused -> {
                refused.warnings().forEach(this::say);
                yield refused(refused.reasons());
            }
            case ComposeOutcome.Loaded loaded -> {
                loaded.warnings().forEach(this::say);
                yield up(loaded, choice);
            }
        };
    }

    private void checkTags() {
        for (var tag : tags) {
            Names.problem(tag).ifPresent(problem -> {
                throw new ContextException("--tag " + problem + "\n");
            });
        }
    }

    private void say(Diagnostic diagnostic) {
        program.console().say(diagnostic.render());
    }

    private int refused(List<Diagnostic> reasons) {
        following.tell(program, ChangeOutcome.refused("up", reasons));
        ComposeDirectory.say(program, reasons, "; nothing was changed");
        return ExitCode.INVALID.number();
    }

    private Choice choice() {
        if (build && noBuild) {
            throw new ContextException("--build and --no-build exclude each other.\n");
        }
        var building = build ? Choice.Building.ALL : noBuild ? Choice.Building.NONE : Choice.Building.NEEDED;
        return new Choice(building, pull.map(UpCommand::policy), builder);
    }

    private static PullPolicy policy(String word) {
        return switch (word) {
            case "always" -> new PullPolicy.Always();
            case "missing" -> new PullPolicy.Missing();
            case "never" -> new PullPolicy.Never();
            default -> throw new ContextException("--pull is always, missing or never, not '" + word + "'.\n");
        };
    }

    private int up(ComposeOutcome.Loaded loaded, Choice choice) throws InterruptedException {
        var milestones = new Milestones(program.env().time().nanos());
        try (var cluster = program.access().open()) {
            var workshop = dry
                    ? Workshop.trying(cluster, program.environment(), program.env())
                    : Workshop.working(cluster, program.environment(), program.env());
            var screen = new Screen(program.console(), program.env());
            var images =
                    new Preparation(program.env(), workshop, screen).prepare(ImageNeeds.of(loaded.project()), choice);
            if (!images.problems().isEmpty()) {
                return refused(images.problems().stream()
                        .map(problem -> loaded.locations()
                                .diagnose("services." + problem.service() + ".image", problem.words()))
                        .sorted((a, b) -> a.position().compareTo(b.position()))
                        .toList());
            }
            if (images.moved()) {
                milestones.passed("images", program.env().time().nanos());
            }
            return run(cluster, loaded, images, milestones).number();
        }
    }

    private ExitCode run(ClusterApi cluster, ComposeOutcome.Loaded loaded, Outcome images, Milestones milestones)
            throws InterruptedException {
        try {
            if (dry) {
                return foretell(onWhatIsThere(cluster, loaded.manifest(), images, cluster::plan), images);
            }
            new ContentUpload(cluster, loaded.manifest().getName(), tags).send(loaded.contents());
            var accepted = onWhatIsThere(cluster, loaded.manifest(), images, cluster::apply);
            milestones.passed("accepted", program.env().time().nanos());
            announce(accepted);
            if (following.detach()) {
                program.console().say("watch it: banyan-cli ps " + accepted.getDeployment() + "\n");
                following.tell(program, released(ChangeOutcome.accepted("up", accepted.getDeployment()), accepted));
                return ExitCode.OK;
            }
            try (var watch = FollowOptions.watch(program, cluster, accepted.getDeployment())) {
                var ending = follow(accepted, watch, milestones);
                var outcomes = new Outcomes(program, cluster.store(), accepted.getDeployment(), again());
                var code = outcomes.report(ending);
                var addresses = code == ExitCode.OK ? addresses(loaded.manifest(), watch) : List.<Address>of();
                if (code == ExitCode.OK) {
                    celebrate(accepted, addresses, milestones);
                    AppVolumes.words(cluster.store(), accepted.getDeployment())
                            .forEach(words -> program.console().say(words + "\n"));
                }
                following.tell(
                        program,
                        released(ChangeOutcome.of("up", accepted.getDeployment(), ending), accepted)
                                .withServices(watch.state().services())
                                .withAddresses(addresses)
                                .withPhases(milestones.phases()));
                return code;
            }
        } catch (ApiException failure) {
            if (failure.violations().isEmpty()) {
                throw failure;
            }
            refused(failure.violations().stream()
                    .map(violation -> loaded.locations().diagnose(violation.field(), violation.message()))
                    .sorted((a, b) -> a.position().compareTo(b.position()))
                    .toList());
            return ExitCode.of(failure.reason());
        }
    }

    private ExitCode foretell(PlanResponse plan, Outcome images) {
        var detail = new PlanDetail(plan, images.provisions());
        program.console().data(following.forPrograms() ? following.text(detail.document()) : detail.tables());
        var release = plan.getDeployment() + " release " + plan.getRelease();
        program.console()
                .say(release + (plan.getChanged() ? " would be accepted" : " is wanted already")
                        + "; nothing was changed\n");
        return detail.fits() ? ExitCode.OK : ExitCode.UNSCHEDULABLE;
    }

    private void announce(ApplyResponse accepted) {
        var release = accepted.getDeployment() + " release " + accepted.getRelease();
        program.console().say(release + (accepted.getChanged() ? " accepted\n" : " is wanted already\n"));
    }

    private Ending follow(ApplyResponse accepted, AppWatch watch, Milestones milestones) throws InterruptedException {
        var judge = new UpJudge(accepted.getRelease(), accepted.getRevision());
        return following.follow(program, watch, judge, milestones::step);
    }

    private void celebrate(ApplyResponse accepted, List<Address> addresses, Milestones milestones) {
        milestones.passed("ready", program.env().time().nanos());
        program.console()
                .say(accepted.getDeployment() + " is ready: " + ProgressView.phases(milestones.phases()) + "\n");
        if (!following.forPrograms()) {
            addresses.forEach(address -> program.console().data(address.service() + "  " + address.url() + "\n"));
        }
    }

    private static ChangeOutcome released(ChangeOutcome outcome, ApplyResponse accepted) {
        return outcome.with("release", accepted.getRelease()).with("changed", accepted.getChanged());
    }

    private List<Address> addresses(Manifest manifest, AppWatch watch) {
        var hosts = Addresses.hosts(tags, watch.agents().list(), watch.reports().list());
        var tasks = watch.state().tasks();
        return Addresses.of(
                manifest,
                hosts,
                service -> Addresses.running(service, tasks, watch.reports().list()));
    }

    private String again() {
        var words = new ArrayList<>(List.of("banyan-cli", "up"));
        words.addAll(compose.words());
        tags.forEach(tag -> words.addAll(List.of("--tag", tag)));
        return String.join(" ", words);
    }

    /** Asks about the deployment as it is now, unless somebody changes it in between. */
    private <T> T onWhatIsThere(ClusterApi cluster, Manifest manifest, Outcome images, Function<ApplyRequest, T> ask) {
        var name = DeploymentName.of(manifest.getName(), tags);
        var seen = Apps.lookUp(cluster.store(), name);
        for (int attempt = 1; ; attempt++) {
            try {
                return ask.apply(request(manifest, images, seen));
            } catch (ApiException overtaken) {
                var now = Apps.lookUp(cluster.store(), name);
                if (overtaken.reason() != Reason.CONFLICT || attempt == ATTEMPTS_MAX || !sameWish(seen, now)) {
                    throw overtaken;
                }
                seen = now;
            }
        }
    }

    private ApplyRequest request(
            Manifest manifest, Outcome images, Optional<Resource<DeploymentSpec, DeploymentStatus>> seen) {
        return ApplyRequest.newBuilder()
                .setNamespace(Apps.NAMESPACE)
                .setManifest(manifest)
                .putAllImageDigests(dry ? images.there() : images.digests())
                .putAllForeseenImages(dry ? images.coming() : Map.of())
                .addAllTags(tags.stream().sorted().distinct().toList())
                .setExpectedRevision(seen.map(found -> found.meta().revision()).orElse(0L))
                .build();
    }

    /** Only the status was written in between. */
    private static boolean sameWish(
            Optional<Resource<DeploymentSpec, DeploymentStatus>> seen,
            Optional<Resource<DeploymentSpec, DeploymentStatus>> now) {
        return seen.isPresent()
                && now.isPresent()
                && seen.get().uid().equals(now.get().uid())
                && seen.get().meta().generation() == now.get().meta().generation()
                && seen.get().meta().deleting() == now.get().meta().deleting();
    }
}
