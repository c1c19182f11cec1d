package dev.banyan.engine.definition;

import static dev.banyan.engine.definition.Definitions.ZONES;
import static dev.banyan.engine.definition.Definitions.request;
import static dev.banyan.engine.definition.Definitions.zone;
import static dev.banyan.engine.definition.Definitions.zones;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.JsonSchemas;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindLimits;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.TappedStore;
import dev.banyan.engine.World;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {
    private static final SpiffeId ANN = new SpiffeId("testcluster01", "admin", "ann");
    private static final SpiffeId DNS = new SpiffeId("testcluster01", "controller", "dns");
    private static final SpiffeId WEB = new SpiffeId("testcluster01", "controller", "web");

    private final World world = new World();
    private final TappedStore store = world.store;
    private final Registration registration = new Registration(store);
    private final DefinitionReconciler reconciler = new DefinitionReconciler(store);

    @Test
    void keepsADefinitionWithItsAuthor() {
        var answer = registration.register(request(ZONES, zones()), DNS);

        assertThat(answer.getChanged()).isTrue();
        assertThat(answer.getVersion()).isEqualTo(1);
        var kept = definition();
        assertThat(kept.getAuthor()).isEqualTo("controller/dns");
        assertThat(kept.getSchemas()).isEqualTo(zones().getSchemas());
    }

    @Test
    void changesNothingWhenTheSameIsRegisteredAgain() {
        var first = registration.register(request(ZONES, zones()), DNS);
        var laidOutAnew = JsonSchemas.newBuilder(zones().getSchemas()).setSpec(Definitions.SPEC.replace(":", " :\n"));

        var again = registration.register(request(ZONES, zones().setSchemas(laidOutAnew)), WEB);

        assertThat(again.getChanged()).isFalse();
        assertThat(again.getRevision()).isEqualTo(first.getRevision());
    }

    @Test
    void widensADefinition() {
        registration.register(request(ZONES, zones()), DNS);

        var changed = register(zone(", \"note\": {\"type\": \"string\"}"), DNS);

        assertThat(changed.getChanged()).isTrue();
        assertThat(changed.getVersion()).isEqualTo(2);
        assertThat(definition().getAuthor()).isEqualTo("controller/dns");
        assertThat(definition().getSchemas().getSpec()).contains("note");
    }

    @Test
    void refusesWhatWouldBreakObjectsWithThePath() {
        registration.register(request(ZONES, zones()), DNS);

        assertThatThrownBy(() -> register(Definitions.SPEC.replace("\"minimum\": 1", "\"minimum\": 2"), DNS))
                .isInstanceOfSatisfying(ApiException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Reason.REJECTED);
                    assertThat(refused.violations())
                            .extracting(each -> each.field() + " " + each.message())
                            .containsExactly("definition.schemas.spec.properties.ttl.minimum is raised");
                });
        assertThat(definition().getVersion()).isEqualTo(1);
    }

    @Test
    void refusesAnotherScopeALowerLimitAndTheLossOfSchemas() {
        registration.register(request(ZONES, zones()), DNS);

        assertThat(violations(zones().setScope(KindDefinitionSpec.Scope.CLUSTER)))
                .containsExactly("definition.scope");
        assertThat(violations(zones().setLimits(KindLimits.newBuilder().setBytes(1024))))
                .containsExactly("definition.limits.bytes");
        assertThat(violations(zones().clearSchemas())).containsExactly("definition.schemas");
    }

    @Test
    void tellsTheSecondOfTwoClientsWhoWasFirstAndWhereTheyDiffer() {
        registration.register(request(ZONES, zones()), DNS);

        assertThatThrownBy(() -> register(Definitions.SPEC.replace("\"minimum\": 1", "\"minimum\": 2"), WEB))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.ALREADY_EXISTS))
                .hasMessageContaining("registered otherwise by controller/dns")
                .hasMessageContaining("properties.ttl.minimum");
    }

    @Test
    void letsAnAdminChangeWhatAControllerRegistered() {
        registration.register(request(ZONES, zones()), DNS);

        register(zone(", \"note\": {\"type\": \"string\"}"), ANN);

        assertThat(definition().getAuthor()).isEqualTo("controller/dns");
    }

    @Test
    void letsOneOfTwoRacersWinAndTellsTheOther() {
        store.beforeNextCommit(() -> new Registration(world.truth).register(request(ZONES, zones()), WEB));

        assertThatThrownBy(() -> register(zone(", \"x\": true"), DNS))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.ALREADY_EXISTS));
        assertThat(definition().getAuthor()).isEqualTo("controller/web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zones",
                ".zones",
                "Zones.example.com",
                "zones.",
                "zones..com",
                "zones.example_com",
                "z/z.com",
                "zones.banyan",
                "zones.banyan.dev",
                "zones.x.banyan.dev",
                "zones.-x"
            })
    void refusesNamesThatAreNotInAGroupOfOnesOwn(String name) {
        assertThatThrownBy(() -> registration.register(request(name, zones()), ANN))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.violations())
                        .extracting(each -> each.field())
                        .containsExactly("kind"));
    }

    @Test
    void saysEverythingThatIsWrongWithADefinitionAtOnce() {
        var wrong = KindDefinitionSpec.newBuilder()
                .setVersion(3)
                .setSchemas(JsonSchemas.newBuilder().setSpec("{\"typ\": 1}").setStatus("{"))
                .setAccess(Definitions.access(List.of("engine", "controller/Not A Name"), List.of(), List.of("root")))
                .setLimits(KindLimits.newBuilder().setBytes(1 << 30).setObjects(1 << 30));

        assertThat(violations(wrong))
                .containsExactlyInAnyOrder(
                        "definition.scope",
                        "definition",
                        "definition.schemas.spec.typ",
                        "definition.schemas.status",
                        "definition.access.readers[0]",
                        "definition.access.readers[1]",
                        "definition.access.spec_writers",
                        "definition.access.status_writers[0]",
                        "definition.limits.bytes",
                        "definition.limits.objects");
        assertThat(world.list(Kinds.DEFINITIONS)).isEmpty();
    }

    @Test
    void boundsTheNumberOfKinds() {
        for (int i = 0; i < Registration.KINDS_MAX; i++) {
            registration.register(request("k" + i + ".example.com", zones()), ANN);
        }

        assertThatThrownBy(() -> registration.register(request(ZONES, zones()), ANN))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.OVERLOADED));
    }

    @Test
    void forgetsAKindWithoutObjects() {
        registration.register(request(ZONES, zones()), DNS);

        assertThat(remove(false, DNS).getRemoved()).isTrue();

        assertThat(world.list(Kinds.DEFINITIONS)).isEmpty();
        assertThat(register(Definitions.SPEC.replace("\"minimum\": 1", "\"minimum\": 2"), WEB)
                        .getVersion())
                .isEqualTo(1);
    }

    @Test
    void keepsAKindThatHasObjectsAndSaysHowMany() {
        registration.register(request(ZONES, zones()), DNS);
        object("one");
        object("two");

        assertThatThrownBy(() -> remove(false, ANN))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.REJECTED))
                .hasMessage(ZONES + " has 2 objects");
        assertThat(definition().getRemoval()).isEqualTo(KindDefinitionSpec.Removal.NONE);
    }

    @Test
    void keepsAKindWhoseFirstObjectComesBetweenTheCountAndTheMark() {
        registration.register(request(ZONES, zones()), DNS);
        store.beforeNextCommit(() -> object("late"));

        assertThatThrownBy(() -> remove(false, ANN)).hasMessage(ZONES + " has 1 object");

        assertThat(definition().getRemoval()).isEqualTo(KindDefinitionSpec.Removal.NONE);
        assertThat(world.truth.get(key("late"), ReadAt.LATEST)).isPresent();
    }

    @Test
    void removesAKindWithItsObjectsAndWaitsForTheirFinalizers() throws Exception {
        registration.register(request(ZONES, zones()), DNS);
        object("plain");
        world.truth.commit(Commit.of(
                new Write.Create(Draft.of(key("held"), Bytes.utf8("{}")).finalizedBy(List.of("example.com/dns")))));

        var answer = remove(true, ANN);

        assertThat(answer.getRemoved()).isFalse();
        assertThat(answer.getObjectsLeft()).isEqualTo(2);
        assertThat(world.truth.get(key("plain"), ReadAt.LATEST)).isEmpty();
        reconcile();
        var held = world.truth.get(key("held"), ReadAt.LATEST).orElseThrow();
        assertThat(held.meta().deleting()).isTrue();
        assertThat(world.list(Kinds.DEFINITIONS)).hasSize(1);

        world.truth.commit(Commit.of(new Write.Update(held, Draft.from(held).finalizedBy(List.of()))));
        reconcile();

        assertThat(world.list(Kinds.DEFINITIONS)).isEmpty();
    }

    @Test
    void finishesARemovalThatTheOtherEngineBegan() throws Exception {
        registration.register(request(ZONES, zones()), DNS);
        new Removal(store)
                .mark(
                        world.truth.get(DefinedKinds.key(ZONES), ReadAt.LATEST).orElseThrow(),
                        KindDefinitionSpec.Removal.IF_EMPTY);

        reconcile();

        assertThat(world.list(Kinds.DEFINITIONS)).isEmpty();
    }

    @Test
    void registersNothingUnderANameThatIsBeingRemoved() {
        registration.register(request(ZONES, zones()), DNS);
        world.truth.commit(Commit.of(
                new Write.Create(Draft.of(key("held"), Bytes.utf8("{}")).finalizedBy(List.of("example.com/dns")))));
        remove(true, ANN);

        assertThatThrownBy(() -> registration.register(request(ZONES, zones()), DNS))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.CONFLICT))
                .hasMessageContaining("is being removed");
    }

    @Test
    void letsNobodyRemoveWhatAnotherControllerRegistered() {
        registration.register(request(ZONES, zones()), DNS);

        assertThatThrownBy(() -> remove(true, WEB))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.DENIED));
        assertThatThrownBy(() -> registration.remove(
                        RemoveKindRequest.newBuilder()
                                .setKind("none.example.com")
                                .build(),
                        ANN))
                .isInstanceOfSatisfying(ApiException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(Reason.NOT_FOUND));
    }

    @Test
    void collectsObjectsWhoseOwnersAreGoneAndNoOthers() throws Exception {
        registration.register(request(ZONES, zones()), DNS);
        object("owner");
        object("free");
        var owner = world.truth.get(key("owner"), ReadAt.LATEST).orElseThrow();
        var reference = dev.banyan.runtime.resource.OwnerReference.to(owner.key(), owner.meta());
        world.truth.commit(Commit.of(
                new Write.Create(Draft.of(key("owned"), Bytes.utf8("{}")).ownedBy(reference))));
        reconcile();
        assertThat(world.truth.get(key("owned"), ReadAt.LATEST)).isPresent();

        world.delete(key("owner"));
        object("owner"); // of the same name and another incarnation
        reconcile();

        assertThat(world.truth.get(key("owned"), ReadAt.LATEST)).isEmpty();
        assertThat(world.truth.get(key("free"), ReadAt.LATEST)).isPresent();
    }

    private List<String> violations(KindDefinitionSpec.Builder wanted) {
        try {
            registration.register(request(ZONES, wanted), DNS);
            return List.of();
        } catch (ApiException refused) {
            return refused.violations().stream().map(each -> each.field()).toList();
        }
    }

    private RegisterKindResponse register(String spec, SpiffeId caller) {
        var schemas = JsonSchemas.newBuilder(zones().getSchemas()).setSpec(spec);
        return registration.register(request(ZONES, zones().setSchemas(schemas)), caller);
    }

    private RemoveKindResponse remove(boolean withObjects, SpiffeId caller) {
        return registration.remove(
                RemoveKindRequest.newBuilder()
                        .setKind(ZONES)
                        .setWithObjects(withObjects)
                        .build(),
                caller);
    }

    private void reconcile() throws Exception {
        reconciler.reconcile(new Request(DefinedKinds.key(ZONES)));
    }

    private KindDefinitionSpec definition() {
        var stored = world.truth.get(DefinedKinds.key(ZONES), ReadAt.LATEST).orElseThrow();
        return Kinds.DEFINITIONS.spec().decode(stored.spec());
    }

    private void object(String name) {
        assertThat(world.truth
                        .commit(Commit.of(new Write.Create(Draft.of(key(name), Bytes.utf8("{\"ttl\": 1}")))))
                        .written())
                .isTrue();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(ZONES, "default", name);
    }
}
