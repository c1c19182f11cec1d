package dev.banyan.agent.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.ServiceSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZoneTest {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
    private static final Found ELSEWHERE = new Found.Elsewhere();
    private static final Found NOTHING = new Found.Nothing();

    private final ZoneService web =
            service("shop", "web", "10.200.0.7", List.of("the-Shop"), "10.192.3.7", "10.192.4.9");
    private final ZoneService db = service("shop", "db", "10.200.0.8", List.of());
    private final ZoneService other = service("blog", "web", "10.200.0.9", List.of(), "10.192.3.8");
    private final Zone zone = Zone.of(RANGES, List.of(web, db, other));

    @Test
    void aServiceIsItsVirtualAddressUnderItsFullName() {
        assertThat(find("web.shop.internal")).isEqualTo(at("10.200.0.7"));
        assertThat(find("web.blog.internal")).isEqualTo(at("10.200.0.9"));
    }

    @Test
    void aShortNameIsOfTheAskersApp() {
        assertThat(find("web", web)).isEqualTo(at("10.200.0.7"));
        assertThat(find("web", other)).isEqualTo(at("10.200.0.9"));
        assertThat(find("db", other)).isEqualTo(ELSEWHERE);
        assertThat(zone.find("web", Optional.empty(), List.of())).isEqualTo(ELSEWHERE);
    }

    @Test
    void anAliasIsFoundHoweverItIsWritten() {
        assertThat(find("the-shop", db)).isEqualTo(at("10.200.0.7"));
        assertThat(find("the-shop.shop.internal")).isEqualTo(at("10.200.0.7"));
        assertThat(find("the-shop", other)).isEqualTo(ELSEWHERE);
    }

    @Test
    void tasksAreTheReplicasThatAreReady() {
        assertThat(find("tasks.web", db)).isEqualTo(at("10.192.3.7", "10.192.4.9"));
        assertThat(find("tasks.web.shop.internal")).isEqualTo(at("10.192.3.7", "10.192.4.9"));
        assertThat(find("tasks.db.shop.internal")).isEqualTo(at());
    }

    @Test
    void aReplicaIsFoundByTheNameOfItsContainer() {
        assertThat(find("web-1", db)).isEqualTo(at("10.192.4.9"));
        assertThat(find("web-1.shop.internal")).isEqualTo(at("10.192.4.9"));
        assertThat(find("web-2.shop.internal")).isEqualTo(NOTHING);
    }

    @Test
    void aServiceWithoutAVirtualAddressIsItsReplicas() {
        var named = new ZoneService(
                "shop", "web", address("10.200.0.7"), List.of("the-shop"), List.of(), web.replicas(), true);
        var found = Zone.of(RANGES, List.of(named));

        for (var name : List.of("web.shop.internal", "the-shop.shop.internal", "tasks.web.shop.internal")) {
            assertThat(found.find(name, Optional.of(named), List.of())).isEqualTo(at("10.192.3.7", "10.192.4.9"));
        }
        assertThat(ZoneFormat.read(ZoneFormat.write(new ZoneFormat.Kept(List.of(), List.of(named, db))))
                        .services())
                .containsExactly(named, db);
    }

    @Test
    void bothOfASlotAreFoundWhileOneIsReplaced() {
        var changing = new ZoneService(
                "shop",
                "web",
                address("10.200.0.7"),
                List.of(),
                List.of(),
                List.of(new Replica(0, address("10.192.3.7")), new Replica(0, address("10.192.3.9"))));

        assertThat(Zone.of(RANGES, List.of(changing)).find("web-0.shop.internal", Optional.of(changing), List.of()))
                .isEqualTo(at("10.192.3.7", "10.192.3.9"));
    }

    @Test
    void aServiceComesBeforeAnAliasAndThatBeforeWhatIsMadeOfNumbers() {
        var numbered = service("shop", "web-0", "10.200.0.20", List.of());
        var named = service("shop", "api", "10.200.0.21", List.of("web-1", "db"));
        var crowded = Zone.of(RANGES, List.of(web, named, numbered, db));

        assertThat(crowded.find("web-0.shop.internal", Optional.of(web), List.of()))
                .isEqualTo(at("10.200.0.20"));
        assertThat(crowded.find("web-1.shop.internal", Optional.of(web), List.of()))
                .isEqualTo(at("10.200.0.21"));
        assertThat(crowded.find("db.shop.internal", Optional.of(web), List.of()))
                .isEqualTo(at("10.200.0.8"));
    }

    @Test
    void theOlderOfTwoKeepsAName() {
        var first = service("eu", "shop", "10.200.0.30", List.of());
        var second = service("b.c", "a", "10.200.0.31", List.of());
        var third = service("c", "b", "10.200.0.32", List.of());
        var zoned = Zone.of(RANGES, List.of(second, third, first, service("shop.eu", "web", "10.200.0.33", List.of())));

        // The name of a service, and the domain of an app with a tag.
        assertThat(zoned.find("shop.eu.internal", Optional.of(first), List.of()))
                .isEqualTo(at("10.200.0.30"));
        assertThat(zoned.find("b.c.internal", Optional.of(third), List.of())).isEqualTo(at("10.200.0.32"));
        assertThat(zoned.find("a.b.c.internal", Optional.of(second), List.of())).isEqualTo(at("10.200.0.31"));
    }

    @Test
    void aDomainThatHasNamesIsThere() {
        assertThat(find("shop.internal")).isEqualTo(at());
        assertThat(find("internal")).isEqualTo(at());
        assertThat(find("nope.internal")).isEqualTo(NOTHING);
        assertThat(find("nope.shop.internal")).isEqualTo(NOTHING);
    }

    @Test
    void whatTheServerSearchesWithinTheDomainIsSomebodyElses() {
        var ofCloud = List.of("c.project.internal", "google.internal");

        assertThat(zone.find("vm.c.project.internal", Optional.empty(), ofCloud))
                .isEqualTo(ELSEWHERE);
        assertThat(zone.find("google.internal", Optional.empty(), ofCloud)).isEqualTo(ELSEWHERE);
        assertThat(zone.find("notgoogle.internal", Optional.empty(), ofCloud)).isEqualTo(NOTHING);
        assertThat(zone.find("web.shop.internal", Optional.of(web), List.of("internal")))
                .isEqualTo(at("10.200.0.7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "internal.example.com", "notinternal", "web.shop", ".", "localhost"})
    void otherNamesAreForOthers(String name) {
        assertThat(find(name, web)).isEqualTo(ELSEWHERE);
    }

    @Test
    void addressesLeadBackToNames() {
        assertThat(find("7.0.200.10.in-addr.arpa")).isEqualTo(new Found.Pointer("web.shop.internal"));
        assertThat(find("9.4.192.10.in-addr.arpa")).isEqualTo(new Found.Pointer("web-1.shop.internal"));
        assertThat(find("99.4.192.10.in-addr.arpa")).isEqualTo(NOTHING);
        assertThat(find("1.0.0.192.in-addr.arpa")).isEqualTo(ELSEWHERE);
        assertThat(find("300.0.200.10.in-addr.arpa")).isEqualTo(ELSEWHERE);
        assertThat(find("200.10.in-addr.arpa")).isEqualTo(ELSEWHERE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "web.blog.internal",
                "blog.internal",
                "tasks.web.blog.internal",
                "web-0.blog.internal",
                "9.0.200.10.in-addr.arpa",
                "8.3.192.10.in-addr.arpa"
            })
    void whatIsOfOtherAppsIsNotTold(String name) {
        assertThat(find(name, other)).isNotEqualTo(NOTHING);
        assertThat(find(name, web)).isEqualTo(NOTHING);
        assertThat(zone.find(name, Optional.empty(), List.of())).isEqualTo(NOTHING);
    }

    private static ZoneService reaching(ZoneService service, ServiceSpec.Builder reach) {
        return new ZoneService(
                service.app(),
                service.name(),
                service.address(),
                service.aliases(),
                service.nameServers(),
                service.replicas(),
                false,
                List.of(address("10.192.3.77")),
                reach.setDeployment(service.app()).setService(service.name()).build());
    }

    private static ServiceSpec.Builder in(String network, boolean shared, String... aliases) {
        return ServiceSpec.newBuilder()
                .setConnections(Connections.newBuilder()
                        .addNetworks(Attachment.newBuilder()
                                .setNetwork(network)
                                .setShared(shared)
                                .setInternal(network.equals("back"))
                                .addAllAliases(List.of(aliases))));
    }

    @Test
    void peersAreFoundByTheirFullNames() {
        var shop = reaching(web, ServiceSpec.newBuilder().addPeers("blog"));
        var blog = reaching(other, ServiceSpec.newBuilder().addPeers("shop"));
        var peers = Zone.of(RANGES, List.of(shop, blog));

        assertThat(peers.find("web.blog.internal", Optional.of(shop), List.of()))
                .isEqualTo(at("10.200.0.9"));
        assertThat(peers.find("9.0.200.10.in-addr.arpa", Optional.of(shop), List.of()))
                .isEqualTo(new Found.Pointer("web.blog.internal"));
        assertThat(Zone.of(RANGES, List.of(shop, other)).find("web.blog.internal", Optional.of(shop), List.of()))
                .isEqualTo(NOTHING);
    }

    @Test
    void servicesOfOtherNetworksAreNotFoundAndAliasesHoldWithinTheirs() {
        var back = reaching(db, in("back", false, "Store"));
        var front = reaching(web, in("front", false));
        var api = reaching(service("shop", "api", "10.200.0.11", List.of()), in("back", false));
        var parted = Zone.of(RANGES, List.of(back, front, api));

        assertThat(parted.find("db", Optional.of(front), List.of())).isEqualTo(ELSEWHERE);
        assertThat(parted.find("db.shop.internal", Optional.of(front), List.of()))
                .isEqualTo(NOTHING);
        assertThat(parted.find("store", Optional.of(front), List.of())).isEqualTo(ELSEWHERE);
        assertThat(parted.find("store", Optional.of(api), List.of())).isEqualTo(at("10.200.0.8"));
        assertThat(parted.find("store.shop.internal", Optional.of(api), List.of()))
                .isEqualTo(at("10.200.0.8"));
        assertThat(parted.isInner(api)).isTrue();
        assertThat(parted.isInner(front)).isFalse();
    }

    @Test
    void withinASharedNetworkShortNamesLeadToOtherAppsToo() {
        var shop = reaching(db, in("common", true));
        var blog = reaching(other, in("common", true, "pages"));
        var shared = Zone.of(RANGES, List.of(shop, blog));

        for (var name : List.of("web", "pages", "web.blog.internal")) {
            assertThat(shared.find(name, Optional.of(shop), List.of())).isEqualTo(at("10.200.0.9"));
        }
        assertThat(ZoneFormat.read(ZoneFormat.write(new ZoneFormat.Kept(List.of(), List.of(shop, blog))))
                        .services())
                .containsExactly(shop, blog);
    }

    @Test
    void aContainerThatIsNotReadyIsKnownByItsAddress() {
        var starting = reaching(db, ServiceSpec.newBuilder());

        assertThat(Zone.of(RANGES, List.of(starting)).owner(address("10.192.3.77")))
                .contains(starting);
    }

    @Test
    void knowsWhoseAnAddressIs() {
        assertThat(zone.owner(address("10.192.3.8"))).contains(other);
        assertThat(zone.owner(address("10.200.0.7"))).isEmpty();
        assertThat(zone.service("shop.db")).contains(db);
        assertThat(zone.service("shop.nope")).isEmpty();
    }

    /** As the app finds it that has the name. */
    private Found find(String name) {
        return zone.find(name, Optional.of(name.contains("blog") ? other : web), List.of());
    }

    private Found find(String name, ZoneService asker) {
        return zone.find(name, Optional.of(asker), List.of());
    }

    private static Found at(String... addresses) {
        return new Found.Addresses(
                Arrays.stream(addresses).map(ZoneTest::address).toList());
    }

    private static Ipv4Address address(String text) {
        return Ipv4Address.parse(text);
    }

    private static ZoneService service(
            String app, String name, String address, List<String> aliases, String... replicas) {
        var slots = new java.util.ArrayList<Replica>();
        for (var replica : replicas) {
            slots.add(new Replica(slots.size(), address(replica)));
        }
        return new ZoneService(app, name, address(address), aliases, List.of(), slots);
    }
}
