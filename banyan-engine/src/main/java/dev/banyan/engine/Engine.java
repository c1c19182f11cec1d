package dev.banyan.engine;

import dev.banyan.api.config.Settings;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.identity.PeerTrust;
import dev.banyan.api.registry.Registry;
import dev.banyan.api.twin.ServerAddresses;
import dev.banyan.api.wire.Level;
import dev.banyan.engine.admission.ImageResolver;
import dev.banyan.engine.backing.Child;
import dev.banyan.engine.backing.ManagedEtcd;
import dev.banyan.engine.backing.ManagedRegistry;
import dev.banyan.engine.cluster.ClusterGuard;
import dev.banyan.engine.cluster.EngineServers;
import dev.banyan.engine.identity.ClusterAuthority;
import dev.banyan.engine.identity.Enrollment;
import dev.banyan.engine.identity.KeptRenewal;
import dev.banyan.engine.identity.OwnRenewal;
import dev.banyan.engine.image.ClusterImages;
import dev.banyan.engine.image.Images;
import dev.banyan.engine.image.Upstreams;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.engine.secrets.KeyRotation;
import dev.banyan.engine.secrets.Vault;
import dev.banyan.engine.server.ApiServer;
import dev.banyan.engine.server.ApiServices;
import dev.banyan.engine.server.Doors;
import dev.banyan.engine.server.ServerSettings;
import dev.banyan.engine.server.session.SessionServices;
import dev.banyan.engine.server.session.SessionSettings;
import dev.banyan.engine.server.session.SubnetRange;
import dev.banyan.runtime.audit.RestoreGate;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control plane, put together. Assembly only. */
final class Engine {
    /** etcd replays its log after a crash. */
    private static final Duration CHILD_READY = Duration.ofSeconds(60);

    /** How soon another engine's acceptance is noticed; one's own is at once. */
    private static final Duration DECISION_PERIOD = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Env env;
    private final Settings settings;
    private final EngineFiles files;
    private final ClusterAuthority authority;
    private final OwnKey key;
    private final List<Component> children = new ArrayList<>();
    private Optional<EtcdStore> etcd = Optional.empty(); // written by start
    private Optional<Vault> vault = Optional.empty(); // written by start
    private Optional<ControllerManager> manager = Optional.empty(); // written by start

    Engine(Env env, Settings settings) {
        this.env = env;
        this.settings = settings;
        this.files = new EngineFiles(Path.of(settings.text(EngineOptions.DATA)));
        this.authority = files.load(env);
        this.key = new OwnKey(files.require(files.engine()));
    }

    String name() {
        return key.credentials().identity().name();
    }

    /** Starts everything; returns once the API answers. What was started is stopped when something fails. */
    void start() throws InterruptedException {
        try {
            startAll();
        } catch (RuntimeException | InterruptedException failed) {
            stop();
            throw failed;
        }
    }

    /** Stops deciding; etcd and the registry go on, and so do all agents. */
    void stop() {
        manager.ifPresent(ControllerManager::stop);
        etcd.ifPresent(EtcdStore::close);
        children.reversed().forEach(Component::stop);
    }

    private void startAll() throws InterruptedException {
        var truth = EtcdStore.connect(etcd(), env);
        etcd = Optional.of(truth);
        var identity = new ClusterGuard.Identity(authority.cluster(), name(), Level.CURRENT);
        new ClusterGuard(truth, env, identity).inspect();
        var gate = RestoreGate.remembering(name(), files.seen(), truth, env);
        awaitAcceptance(gate);
        var guard = new ClusterGuard(gate, env, identity);
        guard.claim();
        vault = Optional.of(new Vault(files.kek().settle(gate, env.entropy()), env.entropy()));
        var registry = new ManagedRegistry(
                files.registryData(),
                EngineFiles.tls(files.registry()),
                settings.port(EngineOptions.REGISTRY_PORT),
                env);
        startChild(registry.child());
        registry.recover();
        var all = ControllerManager.of(parts(truth, gate, guard, registry).toArray(Component[]::new));
        manager = Optional.of(all);
        all.start();
    }

    private List<Component> parts(EtcdStore truth, RestoreGate gate, ClusterGuard guard, ManagedRegistry registry) {
        var plane = new ControlPlane(
                env, new ControlPlane.Ground(gate, guard, name(), thresholds(), new EtcdHistory(truth.maintenance())));
        var components = new ArrayList<>(plane.components());
        components.add(new OwnRenewal(authority, key, files.engine(), env));
        components.add(kept(registry.child()));
        components.add(new KeyRotation(vault.orElseThrow(), files.kek(), plane.store(), env));
        var images = images(plane.store(), registry);
        components.add(images.keeper());
        var servers = new EngineServers(env, plane.store(), name(), ServerAddresses::now);
        components.add(servers);
        components.add(api(plane, images, servers));
        return components;
    }

    /** An engine whose store was restored while it was down says so and waits, and whoever asks it for anything else is refused. */
    private void awaitAcceptance(RestoreGate gate) throws InterruptedException {
        gate.verify();
        if (gate.halted().isEmpty()) {
            return;
        }
        LOG.atError().addKeyValue("reason", gate.halted().orElse("")).log("waiting for an operator");
        var closed = new Stopped(gate);
        var doors = new Doors(
                closed, closed, new RestoreDoor(gate, () -> ClusterStatus.of(this, gate)), closed, closed, closed);
        var sessions = new SessionServices(gate, env, sessionSettings(addresses()), agent -> {});
        var server = new ApiServer(listening(), key, new ApiServices(gate, doors, sessions, env), env);
        var pause = env.signal();
        try {
            server.start();
            while (gate.halted().isPresent()) {
                pause.await(DECISION_PERIOD);
                gate.verify();
            }
        } finally {
            server.stop();
        }
    }

    /** etcd reads its certificate for each connection, the registry at its start alone. */
    private Component kept(Child registry) {
        return new KeptRenewal(
                authority,
                List.of(
                        new KeptRenewal.Kept(files.admin(), () -> {}),
                        new KeptRenewal.Kept(files.etcd(), () -> {}),
                        new KeptRenewal.Kept(files.registry(), registry::restart)),
                env);
    }

    private EtcdConfig etcd() throws InterruptedException {
        var own = settings.list(EngineOptions.ETCD_ENDPOINTS);
        if (!own.isEmpty()) {
            return EtcdConfig.secured(
                    own,
                    new EtcdConfig.Tls(
                            Path.of(settings.required(EngineOptions.ETCD_AUTHORITY)),
                            Path.of(settings.required(EngineOptions.ETCD_CERTIFICATE)),
                            Path.of(settings.required(EngineOptions.ETCD_KEY)),
                            Optional.empty()));
        }
        int port = settings.port(EngineOptions.ETCD_CLIENT_PORT);
        startChild(ManagedEtcd.child(
                files.data().resolve("etcd"),
                EngineFiles.tls(files.etcd()),
                port,
                settings.port(EngineOptions.ETCD_PEER_PORT),
                env));
        return EtcdConfig.secured(
                List.of(ManagedEtcd.endpoint(port)),
                new EtcdConfig.Tls(
                        files.etcd().authority(),
                        files.etcd().certificate(),
                        files.etcd().key(),
                        Optional.empty()));
    }

    private void startChild(Child child) throws InterruptedException {
        child.start();
        children.add(child);
        if (!child.awaitReady(CHILD_READY)) {
            throw new IllegalStateException(child.name() + " is not ready after " + CHILD_READY + ": "
                    + child.health().detail() + "\n" + String.join("\n", child.lastOutput(10)));
        }
    }

    private Images images(Store store, ManagedRegistry managed) {
        int port = settings.port(EngineOptions.REGISTRY_PORT);
        var tls =
                ClientTls.context(key, new PeerTrust(authority.certificate(), authority.cluster(), Set.of("registry")));
        var registry = Registry.at(
                "the cluster's registry at 127.0.0.1:" + port,
                URI.create("https://127.0.0.1:" + port),
                tls,
                Optional.empty());
        var upstreams = new Upstreams(
                Path.of(settings.text(EngineOptions.REGISTRY_AUTHORITIES)),
                Set.copyOf(settings.list(EngineOptions.INSECURE_REGISTRIES)));
        var place = new Images.Place(
                addresses().registry(), port, files.registryData(), settings.duration(EngineOptions.UNUSED_IMAGES));
        return Images.of(place, registry, upstreams, managed::collect, store, env);
    }

    private ApiServer api(ControlPlane plane, Images images, EngineServers servers) {
        var addresses = addresses();
        var reception = new Reception(
                env,
                plane,
                new Reception.Desk(
                        sessionSettings(addresses).telling(servers),
                        image -> switch (images.cluster().resolve(image)) {
                            case ClusterImages.Answer.Found found ->
                                new ImageResolver.Resolution.Resolved(found.reference());
                            case ClusterImages.Answer.NotFound missing ->
                                new ImageResolver.Resolution.Failed(missing.reason());
                        },
                        images.mirror(),
                        new EnrollmentDoor(new Enrollment(authority, addresses, plane.store(), env)),
                        vault.orElseThrow(),
                        () -> ClusterStatus.of(this, plane.store(), plane.membership(), manager)));
        return new ApiServer(listening(), key, reception.services(), env);
    }

    private Enrollment.Addresses addresses() {
        var advertise = advertised();
        return new Enrollment.Addresses(
                List.of(advertise + ":" + settings.port(EngineOptions.API_PORT)),
                advertise + ":" + settings.port(EngineOptions.REGISTRY_PORT));
    }

    private SessionSettings sessionSettings(Enrollment.Addresses addresses) {
        return new SessionSettings(
                name(),
                addresses.endpoints().getFirst(),
                addresses.registry(),
                SessionSettings.HEARTBEAT,
                SubnetRange.DEFAULT);
    }

    private ServerSettings listening() {
        return new ServerSettings(
                settings.text(EngineOptions.LISTEN),
                settings.port(EngineOptions.API_PORT),
                Optional.of(Path.of(settings.text(EngineOptions.SOCKET))));
    }

    /** As told now, or at the beginning. */
    private String advertised() {
        var told = settings.text(EngineOptions.ADVERTISE);
        return told.isEmpty() ? files.advertised() : told;
    }

    OwnKey key() {
        return key;
    }

    private Thresholds thresholds() {
        var usual = Thresholds.DEFAULT;
        return new Thresholds(
                settings.duration(EngineOptions.SUSPECT),
                settings.duration(EngineOptions.LOST),
                usual.arrival(),
                usual.pause());
    }
}
