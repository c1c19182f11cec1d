package dev.banyan.simulated.wire;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.ClientTransport;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.identity.Credentials;
import dev.banyan.api.identity.OwnKey;
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
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Enrollment;
import dev.banyan.engine.identity.Subject;
import dev.banyan.engine.image.ImageDesk;
import dev.banyan.engine.image.Order;
import dev.banyan.engine.image.shelf.Shelf;
import dev.banyan.engine.server.ApiServices;
import dev.banyan.engine.server.Doors;
import dev.banyan.engine.server.session.SessionServices;
import dev.banyan.engine.server.session.SessionSettings;
import dev.banyan.engine.server.session.Sessions;
import dev.banyan.engine.server.session.SubnetRange;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.grpc.ServedCalls;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.store.Store;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An engine's API on a simulated wire, at the engine's name and the usual port. Keys are real and shown, but nothing is decided from their
 * bytes, so that runs repeat themselves.
 */
public final class FrontDoor {
    /** The cluster that all certificates are of. */
    public static final String CLUSTER = "simulated01";

    private static final ClusterAuthority AUTHORITY = ClusterAuthority.create(CLUSTER, new SystemEnv());
    private static final Map<SpiffeId, Credentials> ISSUED = new ConcurrentHashMap<>();

    private final SessionServices sessions;
    private final ApiServices services;

    private FrontDoor(SessionServices sessions, ApiServices services) {
        this.sessions = sessions;
        this.services = services;
    }

    /** Serves {@code store} as {@code process}; {@code heard} is told of each sign of life of an agent. */
    public static FrontDoor open(SimulatedWire wire, SimulatedProcess process, Store store, Consumer<String> heard) {
        return open(wire, process, store, new Ears(heard, () -> true));
    }

    /** Who is told of signs of life, and whether the engine is known to be a member. */
    public record Ears(Consumer<String> heard, BooleanSupplier acts) {}

    /** The same of an engine that may be removed from the members. */
    public static FrontDoor open(SimulatedWire wire, SimulatedProcess process, Store store, Ears ears) {
        var doors = new Doors(
                new Enroller(store, process), new Nobody(), new Nobody(), new Nobody(), noImages(), new Nobody());
        var name = process.name();
        var settings = new SessionSettings(
                name, endpoint(name), "registry.simulated:7444", SessionSettings.HEARTBEAT, SubnetRange.DEFAULT);
        var sessions = new SessionServices(store, process.env(), settings, ears.heard(), ears.acts());
        var services = new ApiServices(store, doors, sessions, process.env());
        wire.serve(
                process,
                endpoint(name),
                new ServedCalls(services.guarded(), List.of(services.connections()), () -> credentials("engine", name)
                        .chain()));
        return new FrontDoor(sessions, services);
    }

    /** To be added as handler to an informer of session objects. */
    public Sessions sessions() {
        return sessions.sessions();
    }

    /** Whose handlers are to be added to informers of agents and controllers. */
    public ApiServices services() {
        return services;
    }

    /** A client of {@code process} that knows {@code engines} by name, in this order. */
    public static BanyanClient client(
            SimulatedWire wire, SimulatedProcess process, Credentials who, String... engines) {
        return client(wire, process, new OwnKey(who), engines);
    }

    /** The same with a key that may be renewed. */
    static BanyanClient client(SimulatedWire wire, SimulatedProcess process, OwnKey key, String... engines) {
        var endpoints = List.of(engines).stream().map(FrontDoor::endpoint).toList();
        return BanyanClient.open(key, endpoints, process.env(), () -> new Transport(wire, process, key));
    }

    /** Credentials issued now by the clock of {@code issuer}. */
    static Credentials issuedNow(SimulatedProcess issuer, String role, String name) {
        return authority(issuer).issue(Subject.member(new SpiffeId(CLUSTER, role, name)));
    }

    /** The authority in the hands of one process, with its clock. */
    private static ClusterAuthority authority(SimulatedProcess process) {
        return ClusterAuthority.of(AUTHORITY.credentials(), CLUSTER, process.env());
    }

    /** A member's credentials; the same each time. */
    public static Credentials credentials(String role, String name) {
        return ISSUED.computeIfAbsent(new SpiffeId(CLUSTER, role, name), id -> AUTHORITY.issue(Subject.member(id)));
    }

    /** Where an engine serves. */
    public static String endpoint(String engine) {
        return engine + ":" + Endpoint.DEFAULT_PORT;
    }

    /** An enrolment that refuses everybody: members are members from the beginning. */
    public static Doors.Enrolment nobody() {
        return new Nobody();
    }

    /** A desk that has no images to bring in: simulated ones are there by their names. */
    public static ImageDesk noImages() {
        return new ImageDesk() {
            @Override
            public String registry() {
                return "registry.simulated:7444";
            }

            @Override
            public Waiting mirror(Order order) {
                throw new ApiException(Reason.UNAVAILABLE, "nothing is fetched in a simulation");
            }

            @Override
            public Waiting foresee(Order order) {
                throw new ApiException(Reason.UNAVAILABLE, "nothing is fetched in a simulation");
            }

            @Override
            public Shelf shelf() {
                throw new ApiException(Reason.UNAVAILABLE, "nothing is fetched in a simulation");
            }
        };
    }

    private record Transport(SimulatedWire wire, SimulatedProcess process, OwnKey key) implements ClientTransport {
        @Override
        public ManagedChannel open(Endpoint endpoint) {
            return wire.channel(
                    process, endpoint.toString(), () -> key.credentials().chain());
        }

        @Override
        public Deadline deadline(Duration timeout) {
            return wire.deadline(timeout);
        }

        @Override
        public void close() {
            // channels share nothing here
        }
    }

    /** Enrolment as engines offer it. */
    private static final class Enroller implements Doors.Enrolment {
        private final Enrollment enrollment;

        Enroller(Store store, SimulatedProcess process) {
            var addresses = new Enrollment.Addresses(List.of(endpoint(process.name())), "registry.simulated:7444");
            this.enrollment = new Enrollment(authority(process), addresses, store, process.env());
        }

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

    /** Refuses. */
    private record Nobody() implements Doors.Enrolment, Doors.Apps, Doors.ClusterView, Doors.Definitions, Doors.Sealed {
        private static ApiException absent() {
            return new ApiException(Reason.NOT_FOUND, "there is nothing behind this door");
        }

        @Override
        public MissingContentsResponse missing(MissingContentsRequest request) {
            throw absent();
        }

        @Override
        public PutContentResponse put(PutContentRequest request) {
            throw absent();
        }

        @Override
        public SetValueResponse set(SetValueRequest request) {
            throw absent();
        }

        @Override
        public RemoveValueResponse remove(RemoveValueRequest request) {
            throw absent();
        }

        @Override
        public void open(OpenMaterialRequest request, SpiffeId caller, Doors.Receiver receiver) {
            throw absent();
        }

        @Override
        public JoinResponse join(JoinRequest request, byte[] serverDigest) {
            throw absent();
        }

        @Override
        public RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest) {
            throw absent();
        }

        @Override
        public CreateTokenResponse createToken(CreateTokenRequest request) {
            throw absent();
        }

        @Override
        public ApplyResponse apply(ApplyRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public PlanResponse plan(ApplyRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public ScaleResponse scale(ScaleRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public RemoveResponse remove(RemoveRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public RemoveVolumeResponse removeVolume(RemoveVolumeRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public StatusResponse status() {
            throw absent();
        }

        @Override
        public AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller) {
            throw absent();
        }

        @Override
        public RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller) {
            throw absent();
        }
    }
}
