package dev.banyan.cli.image;

import dev.banyan.api.compose.image.ImageNeed;
import dev.banyan.api.compose.image.PullPolicy;
import dev.banyan.api.registry.ImageCopy;
import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.api.registry.RegistryException;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.MirrorRequest.Policy;
import dev.banyan.api.v1.RegistryLogin;
import dev.banyan.api.v1.TransferSize;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.cluster.ClusterApi;
import dev.banyan.cli.context.ContextException;
import dev.banyan.cli.image.Provision.Way;
import dev.banyan.cli.image.builder.BuildException;
import dev.banyan.cli.image.builder.Builder;
import dev.banyan.cli.image.builder.Building;
import dev.banyan.cli.image.login.HelperProgram;
import dev.banyan.cli.image.login.Logins;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds and fetches single images, or only says how it would. May be used by several tasks. */
public final class Workshop {
    private final ClusterApi cluster;
    private final Logins logins;
    private final Map<String, String> environment;
    private final Env env;
    private final boolean trial;

    private Workshop(ClusterApi cluster, Map<String, String> environment, Env env, boolean trial) {
        this.cluster = cluster;
        this.logins = new Logins(environment, new HelperProgram(environment));
        this.environment = Map.copyOf(environment);
        this.env = env;
        this.trial = trial;
    }

    /** Builds and fetches, with the programs and logins that {@code environment} leads to. */
    public static Workshop working(ClusterApi cluster, Map<String, String> environment, Env env) {
        return new Workshop(cluster, environment, env, false);
    }

    /** Changes nothing, and says what one that works would do. */
    public static Workshop trying(ClusterApi cluster, Map<String, String> environment, Env env) {
        return new Workshop(cluster, environment, env, true);
    }

    /** Whether it is the cluster that must bring it in; what is named in its own registry is there, or admission says so. */
    static boolean elsewhere(ImageNeed need) {
        try {
            return !ImageName.parse(need.image()).inCluster();
        } catch (IllegalArgumentException malformed) {
            return true;
        }
    }

    /** Why an image cannot be had; empty when that is about no image. */
    static Optional<String> words(RuntimeException failed) {
        return switch (failed) {
            case BuildException build -> Optional.of(build.words());
            case ContextException context -> Optional.of(context.words().strip());
            case RegistryException registry -> Optional.of(String.valueOf(registry.getMessage()));
            case IllegalArgumentException malformed -> Optional.of(String.valueOf(malformed.getMessage()));
            case ApiException refused
            when refused.reason() == Reason.REJECTED ->
                refused.violations().stream().map(Violation::message).findFirst();
            default -> Optional.empty();
        };
    }

    /** Builds an image, unless the cluster has it and that will do. */
    Provision build(ImageNeed need, Choice choice, Mailbox<News> news) throws InterruptedException {
        boolean each = choice.building() == Choice.Building.ALL
                || need.policy() instanceof PullPolicy.Rebuild && choice.building() == Choice.Building.NEEDED;
        if (!each) {
            var there = there(need);
            if (there.isPresent()) {
                return there.get();
            }
        }
        if (choice.building() == Choice.Building.NONE) {
            throw new ContextException(
                    "the cluster has no " + need.image() + " yet; leave out --no-build to build it\n");
        }
        var builder = Builder.find(choice.builder(), environment);
        var build = need.build().orElseThrow();
        Building.check(builder, build);
        var way = new Way.Built(builder.program());
        return new Provision(need.image(), way, trial ? Optional.empty() : Optional.of(built(need, builder, news)));
    }

    private Optional<Provision> there(ImageNeed need) throws InterruptedException {
        try {
            return Optional.of(mirrored(need, MirrorRequest.newBuilder().setPolicy(Policy.NEVER), size -> {}));
        } catch (ApiException absent) {
            if (absent.reason() != Reason.REJECTED) {
                throw absent;
            }
            return Optional.empty();
        }
    }

    private String built(ImageNeed need, Builder builder, Mailbox<News> news) throws InterruptedException {
        var name = ImageName.parse(need.image());
        var build = need.build().orElseThrow();
        try (var building = Building.with(builder, environment)) {
            var local = "localhost/banyan/" + name.repository() + ":" + name.clusterTag();
            var files = building.run(build, local, line -> news.offer(new News.Line(need.service(), line)));
            var digest = "";
            try (var registry = cluster.images()) {
                for (var place : places(name, build.names()).entrySet()) {
                    var target = new ImageCopy.Target(registry, place.getKey(), Set.of());
                    var copy = new ImageCopy(files, target, new Pushed(need.image(), news), env);
                    digest = copy.copy(files.top(), place.getValue()).digest();
                }
            }
            return digest;
        }
    }

    /** Tags by repository. */
    private static Map<String, List<String>> places(ImageName name, List<String> more) {
        var places = new LinkedHashMap<String, List<String>>();
        var names = new ArrayList<>(List.of(name));
        more.forEach(text -> names.add(ImageName.parse(text)));
        names.forEach(each -> places.computeIfAbsent(each.clusterRepository(), key -> new ArrayList<>())
                .add(each.clusterTag()));
        return places;
    }

    /** Has the engine bring an image into the cluster. */
    Provision mirror(ImageNeed need, PullPolicy policy, Mailbox<News> news) throws InterruptedException {
        var request = MirrorRequest.newBuilder();
        switch (policy) {
            case PullPolicy.Always always -> request.setPolicy(Policy.ALWAYS);
            case PullPolicy.Never never -> request.setPolicy(Policy.NEVER);
            case PullPolicy.Refresh refresh ->
                request.setPolicy(Policy.REFRESH)
                        .setRefreshAfterMs(refresh.after().toMillis());
            case PullPolicy.Missing missing -> request.setPolicy(Policy.MISSING);
            case PullPolicy.Unsaid unsaid -> request.setPolicy(Policy.MISSING);
            case PullPolicy.Rebuild rebuild -> request.setPolicy(Policy.MISSING);
        }
        if (request.getPolicy() != Policy.NEVER) {
            logins.of(ImageName.parse(need.image())).ifPresent(login -> request.setLogin(wire(login)));
        }
        return mirrored(need, request, size -> {
            if (!trial) {
                news.offer(new News.Moved(need.image(), "fetched", size.getMovedBytes(), size.getTotalBytes()));
            }
        });
    }

    private Provision mirrored(ImageNeed need, MirrorRequest.Builder request, ClusterApi.Moving moving)
            throws InterruptedException {
        request.setImage(need.image()).setPlatform(need.platform().orElse("")).setTrial(trial);
        var done = cluster.mirror(request.build(), moving);
        var reference = done.getReference();
        var digest = reference.substring(reference.indexOf('@') + 1);
        if (!done.getFetched()) {
            return Provision.there(need.image(), digest);
        }
        moving.at(TransferSize.newBuilder()
                .setMovedBytes(done.getBytes())
                .setTotalBytes(done.getBytes())
                .build());
        var way = new Way.Fetched(ImageName.parse(need.image()).host(), done.getBytes());
        return new Provision(need.image(), way, Optional.of(digest));
    }

    private static RegistryLogin wire(Login login) {
        return switch (login) {
            case Login.Password password ->
                RegistryLogin.newBuilder()
                        .setUsername(password.username())
                        .setPassword(password.password())
                        .build();
            case Login.IdentityToken token ->
                RegistryLogin.newBuilder().setIdentityToken(token.token()).build();
        };
    }

    /** How far a push is. */
    private static final class Pushed implements ImageCopy.Progress {
        private final String image;
        private final Mailbox<News> news;
        private long total;
        private long moved;

        Pushed(String image, Mailbox<News> news) {
            this.image = image;
            this.news = news;
        }

        @Override
        public synchronized void expect(long bytes) {
            total += bytes;
            tell();
        }

        @Override
        public synchronized void moved(long bytes) {
            moved += bytes;
            tell();
        }

        /** What does not fit is told with the next. */
        private void tell() {
            var unused = news.offer(new News.Moved(image, "pushed", moved, total));
        }
    }
}
