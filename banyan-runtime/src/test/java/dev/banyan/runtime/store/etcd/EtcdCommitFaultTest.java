package dev.banyan.runtime.store.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits to a real etcd whose answers get lost, or that does not answer at all: the outcome says what happened. */
class EtcdCommitFaultTest {
    private static final String DEAD = "http://127.0.0.1:1";

    private final Env env = new SystemEnv();
    private EtcdProcess etcd;
    private CuttableProxy proxy;
    private EtcdStore store;

    @BeforeEach
    void start() {
        etcd = EtcdProcess.start();
        proxy = new CuttableProxy(etcd.port());
        store = TestStores.connect(EtcdConfig.of(proxy.endpoint()));
    }

    @AfterEach
    void stop() {
        store.close();
        proxy.close();
        etcd.close();
    }

    @Test
    void landsOnceWhenTheAnswerOfAnUpdateIsLost() {
        var counter = key("counter");
        assertThat(store.commit(create("counter"))).isInstanceOf(WriteOutcome.Written.class);
        for (int round = 1; round <= 20; round++) {
            var base = store.get(counter, ReadAt.LATEST).orElseThrow();
            proxy.loseNextAnswer();
            var outcome = store.commit(
                    Commit.of(new Write.Update(base, Draft.from(base).withSpec(Bytes.utf8("" + round)))));

            var now = store.get(counter, ReadAt.LATEST).orElseThrow();
            assertThat(outcome).isEqualTo(new WriteOutcome.Written(now.meta().revision()));
            assertThat(now.meta().generation()).isEqualTo(round + 1);
        }
    }

    @Test
    void neverSaysThatALostDeleteDidNotHappen() {
        int known = 0;
        for (int round = 0; round < 20; round++) {
            assertThat(store.commit(create("victim")).written()).isTrue();
            var victim = store.get(key("victim"), ReadAt.LATEST).orElseThrow();
            proxy.loseNextAnswer();
            var outcome = store.commit(
                    Commit.of(new Write.Delete(victim.key(), victim.meta().uid())));

            assertThat(outcome).isInstanceOfAny(WriteOutcome.Written.class, WriteOutcome.Unknown.class);
            assertThat(store.get(victim.key(), ReadAt.LATEST)).isEmpty();
            known += outcome.written() ? 1 : 0;
        }
        assertThat(known).isLessThanOrEqualTo(20);
    }

    @Test
    void answersUnavailableAndNothingIsWrittenWhenNothingWasSent() {
        proxy.refuse();
        // A call on the connection that was cut may have been sent: the store has to meet the refusal first.
        assertThatThrownBy(() -> store.get(key("one"), ReadAt.LATEST)).isInstanceOf(StoreException.class);

        var outcome = store.commit(create("one"));

        assertThat(outcome).isInstanceOf(WriteOutcome.Unavailable.class);
        assertThat(outcome.toString()).contains(proxy.endpoint());
        proxy.allow();
        assertThat(store.get(key("one"), ReadAt.LATEST)).isEmpty();
    }

    @Test
    void namesEveryEndpointThatWasTriedWhenNoneAnswers() {
        proxy.refuse();

        assertThatThrownBy(() -> EtcdStore.connect(EtcdConfig.of(DEAD, proxy.endpoint()), env))
                .isInstanceOf(StoreException.class)
                .hasMessageContainingAll("no etcd answered", DEAD, "refused", proxy.endpoint());
    }

    @Test
    void goesToTheNextEndpointWhenOneDoesNotAnswer() {
        var config = EtcdConfig.of(DEAD, proxy.endpoint(), etcd.endpoint());
        try (var several = EtcdStore.connect(config, env)) {
            assertThat(several.commit(create("one")).written()).isTrue();
            proxy.refuse();
            assertThat(several.commit(create("two")).written()).isTrue();
            assertThat(several.list(Selection.of("things"), ReadAt.LATEST).objects())
                    .hasSize(2);
        }
    }

    @Test
    void landsEveryWriteOfACrowdWithoutOverloadingEtcd() throws Exception {
        var written = new AtomicInteger();
        var tasks = new ArrayList<Task>();
        for (int writer = 0; writer < 3_000; writer++) {
            var name = "crowd-" + writer;
            tasks.add(env.tasks().spawn(name, () -> {
                if (store.commit(create(name)).written()) {
                    written.incrementAndGet();
                }
            }));
        }
        for (var task : tasks) {
            task.join();
        }
        assertThat(written).hasValue(3_000);
        assertThat(store.list(Selection.of("things"), ReadAt.LATEST).objects()).hasSize(3_000);
    }

    @Test
    void listsMoreThanOnePageAtOneRevision() {
        for (int batch = 0; batch < 170; batch++) {
            var writes = new ArrayList<Write>();
            for (int index = 0; index < Commit.WRITES_MAX; index++) {
                writes.add(new Write.Create(Draft.of(key("p" + batch + "-" + index), Bytes.EMPTY)));
            }
            assertThat(store.commit(new Commit(List.of(), writes)).written()).isTrue();
        }
        var paged = store.list(Selection.of("things"), ReadAt.LATEST);
        var parallel = store.list(Selection.of("things"), ReadAt.LATEST);

        assertThat(paged.objects()).hasSize(170 * Commit.WRITES_MAX).isSortedAccordingTo((a, b) -> a.key()
                .compareTo(b.key()));
        assertThat(parallel).isEqualTo(paged);
    }

    @Test
    void listsObjectsThatTogetherExceedAMessage() {
        for (int index = 0; index < 150; index++) { // 75 MiB; a message holds 64
            var draft = Draft.of(key("large-" + index), Bytes.copyOf(new byte[500 * 1024]));
            assertThat(store.commit(Commit.of(new Write.Create(draft))).written())
                    .isTrue();
        }

        var metadata = Selection.of("things").with(Selection.Detail.METADATA);
        assertThat(store.list(metadata, ReadAt.LATEST).objects()).hasSize(150);
    }

    private static Commit create(String name) {
        return Commit.of(new Write.Create(Draft.of(key(name), Bytes.utf8("0"))));
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }
}
