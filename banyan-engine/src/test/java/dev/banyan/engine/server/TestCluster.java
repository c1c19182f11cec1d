package dev.banyan.engine.server;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.SealKey;
import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.PutContentResponse;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.RenewResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.definition.Registration;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Enrollment;
import dev.banyan.engine.identity.Subject;
import dev.banyan.engine.image.ImageDesk;
import dev.banyan.engine.image.Order;
import dev.banyan.engine.image.shelf.Shelf;
import dev.banyan.engine.secrets.Disclosure;
import dev.banyan.engine.secrets.Keyring;
import dev.banyan.engine.secrets.Uploads;
import dev.banyan.engine.secrets.ValueStore;
import dev.banyan.engine.secrets.Vault;
import dev.banyan.engine.server.session.SessionServices;
import dev.banyan.engine.server.session.SessionSettings;
import dev.banyan.engine.server.session.SubnetRange;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Front doors over any store with a real authority, on loopback. What is opened here is closed with it. */
final class TestCluster implements AutoCloseable {
    static final String ID = "testcluster01";
    static final Env ENV = new SystemEnv();
    static final ClusterAuthority AUTHORITY = ClusterAuthority.create(ID, ENV);
    private static final Credentials ENGINE = credentials("engine", "one");

    private final List<AutoCloseable> open = new ArrayList<>();
    final List<String> heard = new CopyOnWriteArrayList<>();
    final List<ApplyRequest> applied = new CopyOnWriteArrayList<>();

    static Credentials credentials(String role, String name) {
        return AUTHORITY.issue(Subject.member(new SpiffeId(ID, role, name)));
    }

    /** A front door over {@code store}; returns its endpoint. */
    String serve(Store store) {
        return "127.0.0.1:" + server(store, 0, Optional.empty()).port();
    }

    ApiServer server(Store store, int port, Optional<Path> socket) {
        return server(store, new OwnKey(ENGINE), new ServerSettings("127.0.0.1", port, socket));
    }

    /** As {@link #server(Store, int, Optional)}, showing {@code key}. */
    ApiServer server(Store store, OwnKey key, ServerSettings settings) {
        var sessions = new SessionServices(
                store,
                ENV,
                new SessionSettings(
                                "one", "127.0.0.1:7443", "127.0.0.1:7444", Duration.ofMillis(500), SubnetRange.DEFAULT)
                        .telling(() -> List.of("192.0.2.1", "2001:db8::1")),
                heard::add);
        var addresses = new Enrollment.Addresses(List.of("127.0.0.1:7443"), "127.0.0.1:7444");
        var doors = new Doors(
                new EnrolmentDoor(new Enrollment(AUTHORITY, addresses, store, ENV)),
                new RecordingApps(),
                new StatusAlone(),
                new DefinitionsDoor(new Registration(store)),
                new NoImages(),
                new SealedParts(store));
        var server = new ApiServer(settings, key, new ApiServices(store, doors, sessions, ENV), ENV);
        server.start();
        open.add(server::stop);
        return server;
    }

    BanyanClient client(Credentials credentials, String... endpoints) {
        var client = BanyanClient.open(credentials, List.of(endpoints), ENV);
        open.add(client);
        return client;
    }

    BanyanClient client(String role, String name, String... endpoints) {
        return client(credentials(role, name), endpoints);
    }

    @Override
    public void close() {
        for (var each : open.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                throw new IllegalStateException("cannot close " + each, failed);
            }
        }
    }

    private record NoImages() implements ImageDesk {
        @Override
        public String registry() {
            return "127.0.0.1:7444";
        }

        @Override
        public Waiting mirror(Order order) {
            throw new ApiException(Reason.UNAVAILABLE, "there are no images");
        }

        @Override
        public Waiting foresee(Order order) {
            throw new ApiException(Reason.UNAVAILABLE, "there are no images");
        }

        @Override
        public Shelf shelf() {
            throw new ApiException(Reason.UNAVAILABLE, "there are no images");
        }
    }

    private record StatusAlone() implements Doors.ClusterView {
        @Override
        public StatusResponse status() {
            return StatusResponse.newBuilder().setClusterId(ID).build();
        }

        @Override
        public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request, SpiffeId caller) {
            throw new ApiException(Reason.NOT_FOUND, "nothing is stopped");
        }
    }

    private record EnrolmentDoor(Enrollment enrollment) implements Doors.Enrolment {
        @Override
        public JoinResponse join(JoinRequest request, byte[] serverDigest) {
            return enrollment.join(request, serverDigest);
        }

        @Override
        public RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest) {
            return enrollment.renew(request, caller, serverDigest);
        }

        @Override
        public CreateTokenResponse createToken(CreateTokenRequest request) {
            return enrollment.createToken(request);
        }
    }

    private record SealedParts(Uploads uploads, ValueStore values, Disclosure disclosure) implements Doors.Sealed {
        private static final Vault VAULT = new Vault(Keyring.of(new byte[SealKey.BYTES]), ENV.entropy());

        SealedParts(Store store) {
            this(
                    new Uploads(store, VAULT, ENV.time()),
                    new ValueStore(store, VAULT, ENV.time()),
                    new Disclosure(store, VAULT, ENV.time()));
        }

        @Override
        public MissingContentsResponse missing(MissingContentsRequest request) {
            return uploads.missing(request);
        }

        @Override
        public PutContentResponse put(PutContentRequest request) {
            uploads.put(request);
            return PutContentResponse.getDefaultInstance();
        }

        @Override
        public SetValueResponse set(SetValueRequest request) {
            return values.set(request);
        }

        @Override
        public RemoveValueResponse remove(RemoveValueRequest request) {
            long revision = values.remove(request.getNamespace(), request.getKind(), request.getName());
            return RemoveValueResponse.newBuilder().setRevision(revision).build();
        }

        @Override
        public void open(OpenMaterialRequest request, SpiffeId caller, Doors.Receiver receiver)
                throws InterruptedException {
            disclosure.open(disclosure.judge(caller.name(), request), receiver::receive);
        }
    }

    private record DefinitionsDoor(Registration registration) implements Doors.Definitions {
        @Override
        public RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller) {
            return registration.register(request, caller);
        }

        @Override
        public RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller) {
            return registration.remove(request, caller);
        }
    }

    private final class RecordingApps implements Doors.Apps {
        @Override
        public ApplyResponse apply(ApplyRequest request, SpiffeId caller) {
            applied.add(request);
            return ApplyResponse.newBuilder().setDeployment(caller.name()).build();
        }

        @Override
        public PlanResponse plan(ApplyRequest request, SpiffeId caller) {
            return PlanResponse.getDefaultInstance();
        }

        @Override
        public ScaleResponse scale(ScaleRequest request, SpiffeId caller) {
            return ScaleResponse.getDefaultInstance();
        }

        @Override
        public RemoveResponse remove(RemoveRequest request, SpiffeId caller) {
            return RemoveResponse.getDefaultInstance();
        }

        @Override
        public RemoveVolumeResponse removeVolume(RemoveVolumeRequest request, SpiffeId caller) {
            return RemoveVolumeResponse.getDefaultInstance();
        }
    }
}
