package dev.banyan.engine.server;

import static dev.banyan.engine.definition.Definitions.ZONES;
import static dev.banyan.engine.definition.Definitions.bytes;
import static dev.banyan.engine.definition.Definitions.request;
import static dev.banyan.engine.definition.Definitions.zone;
import static dev.banyan.engine.definition.Definitions.zones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.JsonSchemas;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindLimits;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.TappedStore;
import dev.banyan.engine.World;
import dev.banyan.engine.definition.Definitions;
import dev.banyan.engine.definition.Registration;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registered kinds over real connections: what their definitions let whom do. */
class UserKindTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TTL = "{\"ttl\": 60}";

    private final World world = new World();
    private final TappedStore behind = world.store;
    private final TestCluster cluster = new TestCluster();
    private final String endpoint = cluster.serve(behind);
    private final BanyanClient ann = cluster.client("admin", "ann", endpoint);

    @BeforeEach
    void admit() {
        controller("dns");
        controller("web");
        controller("other");
        ann.register(request(ZONES, zones()));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void goesThroughALifeOfItsOwn() {
        var written = create(ann.store(), "one", TTL);
        assertThat(written).isInstanceOf(WriteOutcome.Written.class);

        var dns = store("dns");
        var object = get(dns, "one");
        assertThat(object.spec().toUtf8()).isEqualTo(TTL);
        assertThat(commit(dns, status(object, "{\"serial\": 7}"))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(get(store("web"), "one").status().toUtf8()).isEqualTo("{\"serial\": 7}");

        var read = get(ann.store(), "one");
        var changed = Draft.from(read).withSpec(Bytes.utf8("{\"ttl\": 61}"));
        assertThat(commit(ann.store(), new Write.Update(read, changed))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(get(dns, "one").meta().generation()).isEqualTo(2);
        assertThat(commit(ann.store(), new Write.Delete(read.key(), read.meta().uid())))
                .isInstanceOf(WriteOutcome.Written.class);
        assertThat(dns.list(Selection.of(ZONES), ReadAt.LATEST).objects()).isEmpty();
    }

    @Test
    void refusesContentWithThePathOfEverythingWrong() {
        assertThat(create(ann.store(), "one", "{\"ttl\": 0, \"tll\": 1}"))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .extracting(each -> each.field() + " " + each.message())
                        .containsExactlyInAnyOrder("spec.ttl must be 1 or more", "spec.tll is not known here"));
        assertThat(create(ann.store(), "one", "ttl: 1"))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .extracting(each -> each.field())
                        .containsExactly("spec"));
        create(ann.store(), "one", TTL);
        var object = get(ann.store(), "one");
        assertThat(commit(store("dns"), status(object, "{\"serial\": \"7\"}")))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .extracting(each -> each.field())
                        .containsExactly("status.serial"));
        assertThat(commit(
                        ann.store(), new Write.Update(object, Draft.from(object).withSpec(Bytes.utf8("{}")))))
                .isInstanceOf(WriteOutcome.Rejected.class);
    }

    @Test
    void takesAStatusOnlyWhereAStatusIsDefined() {
        var bare = zones().setSchemas(JsonSchemas.newBuilder().setSpec(Definitions.SPEC));
        ann.register(request("bare.example.com", bare));
        var key = new ObjectKey("bare.example.com", "default", "one");
        commit(ann.store(), new Write.Create(Draft.of(key, Bytes.utf8(TTL))));
        var object = ann.store().get(key, ReadAt.LATEST).orElseThrow();

        assertThat(commit(store("dns"), status(object, "{}"))).isInstanceOf(WriteOutcome.Rejected.class);
        assertThat(commit(store("dns"), status(object, ""))).isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void deniesWhatTheDefinitionDoesNotGrant() {
        create(ann.store(), "one", TTL);
        var object = get(ann.store(), "one");
        var changed = Draft.from(object).withSpec(Bytes.utf8("{\"ttl\": 61}"));

        for (var name : List.of("dns", "web", "other")) {
            assertThat(create(store(name), "two", TTL)).as(name).isInstanceOf(WriteOutcome.Denied.class);
            assertThat(commit(store(name), new Write.Update(object, changed)))
                    .as(name)
                    .isInstanceOf(WriteOutcome.Denied.class);
            assertThat(commit(
                            store(name),
                            new Write.Delete(object.key(), object.meta().uid())))
                    .as(name)
                    .isInstanceOf(WriteOutcome.Denied.class);
        }
        assertThat(commit(store("web"), status(object, "{}"))).isInstanceOf(WriteOutcome.Denied.class);
        assertThat(commit(ann.store(), status(object, "{}")))
                .isEqualTo(new WriteOutcome.Denied("admin ann may not report " + object.key()));
        assertDenied(() -> store("other").get(object.key(), ReadAt.LATEST));
        assertDenied(() -> store("other").list(Selection.of(ZONES), ReadAt.LATEST));
        assertDenied(() -> store("dns").list(Selection.EVERYTHING, ReadAt.LATEST));
        var agent = agentStore();
        assertDenied(() -> agent.list(Selection.of(ZONES), ReadAt.LATEST));
    }

    @Test
    void letsWhoReportsFinalizeAndChangeNothingElse() {
        create(ann.store(), "one", TTL);
        var object = get(ann.store(), "one");
        var finalized = Draft.from(object).finalizedBy(List.of("example.com/dns"));

        assertThat(commit(store("dns"), new Write.Update(object, finalized.labelled(Map.of("a", "b")))))
                .isInstanceOf(WriteOutcome.Denied.class);
        assertThat(commit(store("dns"), new Write.Update(object, finalized.withSpec(Bytes.utf8("{\"ttl\": 2}")))))
                .isInstanceOf(WriteOutcome.Denied.class);
        assertThat(commit(store("web"), new Write.Update(object, finalized))).isInstanceOf(WriteOutcome.Denied.class);
        assertThat(commit(store("dns"), new Write.Update(object, finalized))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(get(ann.store(), "one").meta().finalizers()).containsExactly("example.com/dns");
    }

    @Test
    void knowsNoKindThatIsNotRegistered() {
        var key = new ObjectKey("pets.example.com", "default", "one");
        var hint = "the kind pets.example.com is not registered";

        assertThat(commit(ann.store(), new Write.Create(Draft.of(key, Bytes.EMPTY))))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .singleElement()
                        .satisfies(each -> assertThat(each.message()).startsWith(hint)));
        assertThatThrownBy(() -> ann.store().list(Selection.of("pets.example.com"), ReadAt.LATEST))
                .hasMessageContaining(hint);
        assertThatThrownBy(() -> ann.store().get(key, ReadAt.LATEST)).hasMessageContaining(hint);
        assertThatThrownBy(() -> ann.store().list(Selection.of("pets"), ReadAt.LATEST))
                .hasMessageContaining("there is no kind pets");
        assertThatThrownBy(() -> {
                    try (var watch = ann.store().watch(Selection.of("pets.example.com"), 0)) {
                        watch.next(PATIENCE);
                    }
                })
                .hasMessageContaining(hint);
        assertThat(ann.store().list(Selection.of(".claims"), ReadAt.LATEST).objects())
                .isEmpty();
    }

    @Test
    void keepsObjectsInTheScopeOfTheirKind() {
        var wrong = ObjectKey.cluster(ZONES, "one");

        assertThat(commit(ann.store(), new Write.Create(Draft.of(wrong, Bytes.utf8(TTL)))))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .extracting(each -> each.field())
                        .containsExactly("key.namespace"));
    }

    @Test
    void bounds() {
        var limits = KindLimits.newBuilder().setBytes(100).setObjects(2);
        ann.register(request("small.example.com", bytes("admin").setLimits(limits)));
        var large = Bytes.copyOf(new byte[101]);

        assertThat(small("a", large))
                .isEqualTo(new WriteOutcome.TooLarge(new ObjectKey("small.example.com", "default", "a"), 101, 100));
        assertThat(small("a", Bytes.copyOf(new byte[100]))).isInstanceOf(WriteOutcome.Written.class);
        assertThat(small("b", Bytes.EMPTY)).isInstanceOf(WriteOutcome.Written.class);
        assertThat(small("c", Bytes.EMPTY))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .singleElement()
                        .satisfies(each -> assertThat(each.message()).contains("limit of 2 objects")));

        var key = new ObjectKey("small.example.com", "default", "a");
        var object = ann.store().get(key, ReadAt.LATEST).orElseThrow();
        assertThat(commit(ann.store(), new Write.UpdateStatus(key, object.meta().uid(), large)))
                .isInstanceOf(WriteOutcome.TooLarge.class);
        commit(ann.store(), new Write.Delete(key, object.meta().uid()));
        assertThat(small("c", Bytes.EMPTY)).isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void takes63ConditionsAndItsOwn() {
        var conditions = new ArrayList<Precondition>();
        for (int i = 0; i < 63; i++) {
            conditions.add(new Precondition.Absent(key("free" + i)));
        }
        var writes = new ArrayList<Write>();
        for (int i = 0; i < Commit.WRITES_MAX; i++) {
            writes.add(new Write.Create(Draft.of(key("wide" + i), Bytes.utf8(TTL))));
        }
        assertThat(ann.store().commit(new Commit(conditions, writes))).isInstanceOf(WriteOutcome.Written.class);

        conditions.add(new Precondition.Absent(key("free63")));
        assertThat(ann.store().commit(new Commit(conditions, List.of(writes.getFirst()))))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .extracting(each -> each.field())
                        .containsExactly("conditions"));
    }

    @Test
    void judgesAgainWhenTheDefinitionChangesOnTheWay() {
        behind.beforeNextCommit(() -> widened());

        assertThat(create(ann.store(), "one", TTL)).isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void createsNothingBehindTheBackOfARemoval() {
        behind.beforeNextCommit(() -> new Registration(world.truth)
                .remove(
                        RemoveKindRequest.newBuilder().setKind(ZONES).build(),
                        TestCluster.credentials("admin", "ann").identity()));

        assertThat(create(ann.store(), "one", TTL)).isInstanceOf(WriteOutcome.Rejected.class);

        assertThat(world.truth.get(key("one"), ReadAt.LATEST)).isEmpty();
        assertThat(world.list(Kinds.DEFINITIONS)).isEmpty();
    }

    @Test
    void createsNothingWhileTheKindIsBeingRemovedButLetsItsObjectsGo() {
        commit(
                ann.store(),
                new Write.Create(Draft.of(key("held"), Bytes.utf8(TTL)).finalizedBy(List.of("example.com/dns"))));
        ann.remove(RemoveKindRequest.newBuilder()
                .setKind(ZONES)
                .setWithObjects(true)
                .build());

        assertThat(create(ann.store(), "one", TTL))
                .isInstanceOfSatisfying(WriteOutcome.Rejected.class, refused -> assertThat(refused.violations())
                        .singleElement()
                        .satisfies(each -> assertThat(each.message()).contains("is being removed")));
        var held = get(store("dns"), "held");
        assertThat(held.meta().deleting()).isTrue();
        assertThat(commit(store("dns"), new Write.Update(held, Draft.from(held).finalizedBy(List.of()))))
                .isInstanceOf(WriteOutcome.Written.class);
        assertThat(world.truth.get(key("held"), ReadAt.LATEST)).isEmpty();
    }

    @Test
    void endsTheWatchesOfThoseWhoMayNoLongerRead() throws Exception {
        var object = create(ann.store(), "one", TTL);
        assertThat(object.written()).isTrue();
        try (var watch = store("web").watch(Selection.of(ZONES), 0)) {
            assertThat(watch.next(PATIENCE).orElseThrow()).isInstanceOf(WatchBatch.Changes.class);

            ann.register(request(
                    ZONES, zones().setAccess(Definitions.access(List.of(), List.of("admin"), List.of("admin")))));

            assertDenied(() -> {
                try {
                    while (!(watch.next(PATIENCE).orElseThrow() instanceof WatchBatch.Closed)) {}
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
        }
    }

    @Test
    void takesAtOnceWhatWasJustRegisteredAtAnotherEngine() {
        var elsewhere = cluster.client("admin", "ann", cluster.serve(world.truth));
        elsewhere.register(request("pets.example.com", bytes("admin")));

        var key = new ObjectKey("pets.example.com", "default", "one");
        assertThat(commit(ann.store(), new Write.Create(Draft.of(key, Bytes.EMPTY))))
                .isInstanceOf(WriteOutcome.Written.class);
    }

    @Test
    void letsAControllerRegisterKindsAndReadDefinitionsButNotWriteThemPastRegistration() {
        var dns = cluster.client("controller", "dns", endpoint);
        dns.register(request("records.example.com", bytes("controller/dns")));

        var definitions = dns.store().list(Selection.of("kinddefinitions"), ReadAt.LATEST);
        assertThat(definitions.objects()).hasSize(2);
        var zones = definitions.objects().stream()
                .filter(object -> object.key().name().equals(ZONES))
                .findFirst()
                .orElseThrow();
        for (var store : List.of(dns.store(), ann.store())) {
            assertThat(commit(store, new Write.Delete(zones.key(), zones.meta().uid())))
                    .isInstanceOf(WriteOutcome.Denied.class);
            assertThat(commit(store, new Write.Update(zones, Draft.from(zones).labelled(Map.of("a", "b")))))
                    .isInstanceOf(WriteOutcome.Denied.class);
        }
        assertThatThrownBy(() ->
                        dns.remove(RemoveKindRequest.newBuilder().setKind(ZONES).build()))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.DENIED));
    }

    @Test
    void letsAControllerReadWhatItWasGrantedAndNothingElseOfBanyans() {
        var granted = cluster.client("controller", "granted", endpoint).store();
        var spec = ControllerSpec.newBuilder()
                .addAllReads(List.of("services", "tasks", "releases", ".tokens"))
                .build();
        world.create(Kinds.CONTROLLERS, Kinds.CONTROLLERS.key("", "granted"), spec);

        assertThat(granted.list(Selection.of("services"), ReadAt.LATEST).objects())
                .isEmpty();
        for (var kind : Kinds.ALL) {
            if (!List.of("services", "kinddefinitions").contains(kind.name())) {
                assertDenied(() -> granted.list(Selection.of(kind.name()), ReadAt.LATEST));
            }
        }
        assertDenied(() -> store("dns").list(Selection.of("services"), ReadAt.LATEST));
    }

    private void widened() {
        var schemas = JsonSchemas.newBuilder(zones().getSchemas()).setSpec(zone(", \"note\": true"));
        KindDefinitionSpec.Builder wider = zones().setSchemas(schemas);
        new Registration(world.truth)
                .register(
                        request(ZONES, wider),
                        TestCluster.credentials("admin", "ann").identity());
    }

    private WriteOutcome small(String name, Bytes spec) {
        return commit(
                ann.store(), new Write.Create(Draft.of(new ObjectKey("small.example.com", "default", name), spec)));
    }

    private void controller(String name) {
        world.create(Kinds.CONTROLLERS, Kinds.CONTROLLERS.key("", name), ControllerSpec.getDefaultInstance());
    }

    private Store store(String controller) {
        return cluster.client("controller", controller, endpoint).store();
    }

    private Store agentStore() {
        world.agent("web");
        return cluster.client("agent", "web", endpoint).store();
    }

    private static WriteOutcome create(Store store, String name, String spec) {
        return commit(store, new Write.Create(Draft.of(key(name), Bytes.utf8(spec))));
    }

    private static WriteOutcome commit(Store store, Write write) {
        return store.commit(Commit.of(write));
    }

    private static Write status(StoredObject object, String status) {
        return new Write.UpdateStatus(object.key(), object.meta().uid(), Bytes.utf8(status));
    }

    private static StoredObject get(Store store, String name) {
        return store.get(key(name), ReadAt.LATEST).orElseThrow();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(ZONES, "default", name);
    }

    private static void assertDenied(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StoreException.class, denied -> assertThat(denied.reason())
                .isEqualTo(StoreException.Reason.DENIED));
    }
}
