package dev.banyan.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Services and endpoints as informers show them. */
class ViewReaderTest {
    private static final ObjectKey WEB = Kinds.SERVICES.key("default", "shop.web");
    private static final ObjectKey WEB_SET = Kinds.ENDPOINTS.key("default", "shop.web");

    private final Simulation simulation = new Simulation(3);
    private final SimulatedProcess process = simulation.process("agent");
    private final MemoryStore store = new MemoryStore(process.env());
    private final Informer<ServiceSpec, ServiceStatus> services =
            Informer.of(Kinds.SERVICES, store, process.env()).build();
    private final Informer<EndpointsSpec, EndpointsStatus> endpoints =
            Informer.of(Kinds.ENDPOINTS, store, process.env()).build();
    private final ViewReader reader = new ViewReader();

    @BeforeEach
    void makeTwoServices() {
        create(Kinds.SERVICES, WEB, spec("web"));
        create(Kinds.SERVICES, Kinds.SERVICES.key("default", "shop.db"), spec("db"));
        create(Kinds.ENDPOINTS, WEB_SET, at("10.192.4.2"));
        services.start();
        endpoints.start();
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void readsAServiceWithTheAddressesOfItsContainers() {
        var read = read();

        assertThat(read).extracting(Service::key).containsExactly("default/shop.db", "default/shop.web");
        assertThat(read.getFirst().addresses()).isEmpty();
        assertThat(read.getLast().addresses()).containsExactly(Ipv4Address.parse("10.192.4.2"));
    }

    @Test
    void aServiceThatIsAsItWasIsTheSameOne() {
        var before = read();

        update(Kinds.ENDPOINTS, WEB_SET, at("10.192.4.3"));
        var after = read();

        assertThat(after.getFirst()).isSameAs(before.getFirst());
        assertThat(after.getLast().addresses()).containsExactly(Ipv4Address.parse("10.192.4.3"));
        assertThat(read().getLast()).isSameAs(after.getLast());
    }

    @Test
    void readsWhatIsSaidOfAServiceAnew() {
        assertThat(read().getLast().spec().getPeersList()).isEmpty();

        update(Kinds.SERVICES, WEB, spec("web").toBuilder().addPeers("billing").build());

        assertThat(read().getLast().spec().getPeersList()).containsExactly("billing");
        assertThat(read().getLast().addresses()).containsExactly(Ipv4Address.parse("10.192.4.2"));
    }

    @Test
    void forgetsAServiceThatIsGoneAndContainersThatAreGone() {
        assertThat(read()).hasSize(2);

        delete(WEB_SET);
        assertThat(read().getLast().addresses()).isEmpty();
        delete(WEB);
        assertThat(read()).extracting(Service::key).containsExactly("default/shop.db");
    }

    private List<Service> read() {
        simulation.runFor(Duration.ofSeconds(5));
        return reader.services(services.lister().lastReadable(), endpoints.lister());
    }

    private static ServiceSpec spec(String name) {
        return ServiceSpec.newBuilder().setDeployment("shop").setService(name).build();
    }

    private static EndpointsSpec at(String address) {
        return EndpointsSpec.newBuilder()
                .addBackends(Backend.newBuilder().setAddress(address).setAgent("a-2"))
                .build();
    }

    private <S> void create(Kind<S, ?> kind, ObjectKey key, S spec) {
        commit(new Write.Create(Draft.of(key, kind.spec().encode(spec))));
    }

    private <S> void update(Kind<S, ?> kind, ObjectKey key, S spec) {
        var base = store.get(key, ReadAt.LATEST).orElseThrow();
        commit(new Write.Update(base, Draft.from(base).withSpec(kind.spec().encode(spec))));
    }

    private void delete(ObjectKey key) {
        var base = store.get(key, ReadAt.LATEST).orElseThrow();
        commit(new Write.Delete(key, base.meta().uid()));
    }

    private void commit(Write write) {
        assertThat(store.commit(Commit.of(write)).written()).isTrue();
    }
}
