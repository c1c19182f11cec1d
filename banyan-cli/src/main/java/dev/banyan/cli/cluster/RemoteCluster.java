package dev.banyan.cli.cluster;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.IdentityException;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.MirrorProgress;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.Mirrored;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.cli.context.Configuration;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster behind its engines' API. */
public final class RemoteCluster implements ClusterApi {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteCluster.class);

    /** Who may run nothing from a place for temporary files has the JDK's TLS and need not read so at each command. Held, or it is collected. */
    @SuppressWarnings("UnusedVariable")
    private static final java.util.logging.Logger UNPACKING = quiet("io.netty.util.internal.NativeLibraryLoader");

    /** A transfer that is under way says so several times a second. */
    private static final Duration PACE = Duration.ofSeconds(1);

    private final Env env;
    private final BanyanClient client;
    private final Supplier<Credentials> credentials;

    private RemoteCluster(Env env, BanyanClient client, Supplier<Credentials> credentials) {
        this.env = env;
        this.client = client;
        this.credentials = credentials;
    }

    private static java.util.logging.Logger quiet(String name) {
        var logger = java.util.logging.Logger.getLogger(name);
        logger.setLevel(java.util.logging.Level.WARNING);
        return logger;
    }

    /** Ways to the clusters of a user's configuration. */
    public static ClusterAccess access(Configuration configuration, Env env) {
        return new ClusterAccess() {
            @Override
            public ClusterApi open() {
                return RemoteCluster.open(configuration, env);
            }

            @Override
            public Joining.Joined join(List<String> endpoints, Joining.Newcomer newcomer) {
                return Joining.join(endpoints.stream().map(Endpoint::parse).toList(), newcomer, env);
            }
        };
    }

    private static RemoteCluster open(Configuration configuration, Env env) {
        var context = configuration.context();
        var directory = configuration.credentials(context);
        var client = BanyanClient.open(directory, context.endpoints(), env);
        var due = directory.load().filter(held -> held.renewAt()
                .isBefore(env.time().now()));
        if (due.isPresent()) {
            renew(client, configuration, context.name());
        }
        return new RemoteCluster(env, client, () -> directory
                .load()
                .orElseThrow(() -> new IdentityException("no credentials at " + directory.key())));
    }

    /** A certificate that is still good will do: an engine that cannot renew now can later. */
    private static void renew(BanyanClient client, Configuration configuration, String context) {
        try {
            var renewed = client.renew();
            configuration.contexts().named(context).ifPresent(known -> configuration
                    .credentials(known)
                    .save(renewed));
        } catch (ApiException later) {
            LOG.atDebug().setCause(later).log("certificate is not renewed");
        }
    }

    @Override
    public Store store() {
        return client.store();
    }

    @Override
    public ApplyResponse apply(ApplyRequest request) {
        return client.apply(request);
    }

    @Override
    public PlanResponse plan(ApplyRequest request) {
        return client.plan(request);
    }

    @Override
    public ScaleResponse scale(ScaleRequest request) {
        return client.scale(request);
    }

    @Override
    public RemoveResponse remove(RemoveRequest request) {
        return client.remove(request);
    }

    @Override
    public RemoveVolumeResponse remove(RemoveVolumeRequest request) {
        return client.remove(request);
    }

    @Override
    public StatusResponse status() {
        return client.status();
    }

    @Override
    public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request) {
        return client.acceptRestore(request);
    }

    @Override
    public RemoveKindResponse remove(RemoveKindRequest request) {
        return client.remove(request);
    }

    @Override
    public CreateTokenResponse createToken(CreateTokenRequest request) {
        return client.createToken(request);
    }

    @Override
    public MissingContentsResponse missingContents(MissingContentsRequest request) {
        return client.missingContents(request);
    }

    @Override
    public void putContent(PutContentRequest request) {
        client.putContent(request);
    }

    @Override
    public SetValueResponse setValue(SetValueRequest request) {
        return client.setValue(request);
    }

    @Override
    public RemoveValueResponse removeValue(RemoveValueRequest request) {
        return client.removeValue(request);
    }

    @Override
    public Mirrored mirror(MirrorRequest request, Moving moving) throws InterruptedException {
        try (var stream = client.mirror(request)) {
            while (true) {
                switch (stream.receive(PACE).orElse(null)) {
                    case null -> {}
                    case Duplex.Item.Message<MirrorProgress> message -> {
                        if (message.content().hasMirrored()) {
                            return message.content().getMirrored();
                        }
                        moving.at(message.content().getSize());
                    }
                    case Duplex.Item.Ended<MirrorProgress> ended -> throw BanyanClient.failure(ended);
                }
            }
        }
    }

    @Override
    public ListImagesResponse listImages() {
        return client.listImages();
    }

    @Override
    public PruneImagesResponse pruneImages(PruneImagesRequest request) {
        return client.pruneImages(request);
    }

    @Override
    public Registry images() {
        return RegistryAccess.open(client.registry(), credentials.get());
    }

    @Override
    public LogStream logs(LogRequest request) {
        return new FollowedLogs(
                env, new RemoteLogs(client.logs(request), () -> {}), request, new FollowedLogs.Engines() {
                    @Override
                    public LogStream again(LogRequest later) {
                        // Streams do not look for an engine that answers; this does.
                        var ignored = client.status();
                        return new RemoteLogs(client.logs(later), () -> {});
                    }

                    @Override
                    public LogStream at(String endpoint, LogRequest there) {
                        return logsAt(endpoint, there);
                    }
                });
    }

    @Override
    public Passage reach(ReachRequest request) throws InterruptedException {
        return RemotePassage.open(client, request);
    }

    @Override
    public void close() {
        client.close();
    }

    private LogStream logsAt(String endpoint, LogRequest request) {
        var there = client.at(Endpoint.parse(endpoint));
        return new RemoteLogs(there.logs(request), there::close);
    }

    private record RemoteLogs(Duplex<LogRequest, LogLine> stream, Runnable after) implements LogStream {
        @Override
        public Next next(Duration atMost) throws InterruptedException {
            var item = stream.receive(atMost);
            if (item.isEmpty()) {
                return new Next.Idle();
            }
            return switch (item.get()) {
                case Duplex.Item.Message<LogLine> message -> new Next.Line(message.content());
                case Duplex.Item.Ended<LogLine> ended -> end(ended);
            };
        }

        private static Next end(Duplex.Item.Ended<LogLine> ended) {
            if (ended.status().isOk()) {
                return new Next.End();
            }
            throw BanyanClient.failure(ended);
        }

        @Override
        public void close() {
            stream.close();
            after.run();
        }
    }
}
