package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.StoreException.Reason;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdVersionTest {
    private static final Env ENV = new SystemEnv();

    @ParameterizedTest
    @ValueSource(strings = {"3.4.0", "3.4.23", "3.5.21", "3.6.4", "3.7.0-alpha.1", "4.0.0"})
    void takesEtcd34AndNewer(String version) {
        try (var etcd = FakeEtcd.of(version);
                var store = EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), ENV)) {
            assertThat(store.list(Selection.of("things"), ReadAt.LATEST).revision())
                    .isEqualTo(5);
            assertThat(store.maintenance().members()).singleElement().satisfies(member -> assertThat(member.version())
                    .isEqualTo(version));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.3.27", "3.0.0", "2.3.8", "", "unknown"})
    void refusesWhatIsOlderNamingWhatItFoundAndWhatItNeeds(String version) {
        try (var etcd = FakeEtcd.of(version)) {
            assertThatThrownBy(() -> EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), ENV))
                    .isInstanceOfSatisfying(StoreException.class, failure -> assertThat(failure.reason())
                            .isEqualTo(Reason.CORRUPT))
                    .hasMessageContaining(
                            "etcd at " + etcd.endpoint() + " is version " + version + "; 3.4 or newer is needed")
                    .hasMessageContaining("upgrade it");
            assertThat(etcd.calls()).containsExactly("Status");
        }
    }

    @Test
    void asksForTheVersionAgainAsAUserWhereStrangersAreToldNothing() {
        try (var etcd = FakeEtcd.closed("3.6.9")) {
            var config = EtcdConfig.of(etcd.endpoint());

            EtcdStore.connect(config.as(new EtcdConfig.Login("app", "pw")), ENV).close();

            assertThat(etcd.calls()).contains("Status", "Status token", "Txn token");
            assertThatThrownBy(() -> EtcdStore.connect(config, ENV))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("could not say its version")
                    .hasMessageContaining("this process has no user");
        }
    }

    @Test
    void saysThatWhatAnswersIsNoEtcdThatItKnows() {
        try (var etcd = FakeEtcd.failing("3.4.0", Status.UNIMPLEMENTED.withDescription("unknown service"))) {
            assertThatThrownBy(() -> EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), ENV))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("does not know this call: correct the endpoint, or upgrade etcd");
        }
    }

    @Test
    void asksAgainWhereNothingButTimeWasShort() {
        try (var etcd = FakeEtcd.slow("3.5.0", 3)) {
            EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), ENV).close();

            assertThat(etcd.calls()).containsSequence("Status", "Status", "Status", "Status", "Txn");
        }
    }

    @Test
    void goesOnWithoutAMajorityWhichMayComeBack() {
        try (var etcd = FakeEtcd.failing("3.4.0", Status.UNAVAILABLE.withDescription("etcdserver: no leader"))) {
            var hasty = new HastyEnv(20);
            try (var store = EtcdStore.connect(EtcdConfig.of(etcd.endpoint()), hasty)) {
                assertThatThrownBy(() -> store.list(Selection.of("things"), ReadAt.LATEST))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("start the other members");
            }
        }
    }

    @Test
    void staysWithAnEndpointUntilItFailsAndThenTakesTheNext() {
        try (var one = FakeEtcd.of("3.5.0");
                var other = FakeEtcd.of("3.5.0");
                var store = EtcdStore.connect(EtcdConfig.of(one.endpoint(), other.endpoint()), ENV)) {
            for (int i = 0; i < 5; i++) {
                store.list(Selection.of("things"), ReadAt.LATEST);
            }
            assertThat(other.calls()).isEmpty();

            one.end();
            for (int i = 0; i < 5; i++) {
                store.list(Selection.of("things"), ReadAt.LATEST);
            }

            assertThat(other.calls()).hasSizeGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void startsAtAnyEndpointThatAnswers() {
        String closed;
        try (var gone = FakeEtcd.of("3.5.0")) {
            closed = gone.endpoint();
        }
        try (var etcd = FakeEtcd.of("3.5.0");
                var store = EtcdStore.connect(EtcdConfig.of(closed, etcd.endpoint()), ENV)) {
            assertThat(store.list(Selection.of("things"), ReadAt.LATEST).revision())
                    .isEqualTo(5);
        }
    }
}
