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
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Commits to a real etcd whose answers get lost, or that does not answer at all: the outcome says what happened. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EtcdCommitFaultTest {
    private static final String DEAD = "http://127.0.0.1:1";

    /** Losses one after the other; each costs a new connection. */
    private static final int LOSSES = 8;

    private static final int WRITERS = 8;

    private final Env env = new SystemEnv();
    private final EtcdProcess etcd = EtcdProcess.start();
    private CuttableProxy proxy;
    private EtcdStore store;

    @BeforeEach
    void connect() {
        proxy = new CuttableProxy(etcd);
        store = TestStores.fresh(EtcdConfig.of(proxy.endpoint()));
    }

    @AfterEach
    void disconnect() {
        store.close();
        proxy.close();
    }

    @AfterAll
    void stop() {
        etcd.close();
    }

    @Test
    void landsOnceWhenTheAnswerOfAnUpdateIsLost() {
        var counter = key("counter");
        assertThat(store.commit(create("counter"))).isInstanceOf(WriteOutcome.Written.class);
        for (int round = 1; round <= LOSSES; round++) {
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
        for (int round = 0; round < LOSSES; round++) {
            assertThat(store.commit(create("victim")).written()).isTrue();
            var victim = store.get(key("victim"), ReadAt.LATEST).orElseThrow();
            proxy.loseNextAnswer();
            var outcome = store.commit(
                    Commit.of(new Write.Delete(victim.key(), victim.meta().uid())));

            assertThat(outcome).isInstanceOfAny(WriteOutcome.Written.class, WriteOutcome.Unknown.class);
            assertThat(store.get(victim.key(), ReadAt.LATEST)).isEmpty();
        }
    }

    @Test
    void answersUnavailableAndNothingIsWrittenWhenNothingWasSent() {
        var config = EtcdConfig.of(proxy.endpoint()).under(store.prefix());
        try (var hasty = TestStores.connect(config, new HastyEnv(5))) {
            proxy.refuse();
            // A call on the connection that was cut may have been sent: the store has to meet the refusal first.
            assertThatThrownBy(() -> hasty.get(key("one"), ReadAt.LATEST)).isInstanceOf(StoreException.class);

            var outcome = hasty.commit(create("one"));

            assertThat(outcome).isInstanceOf(WriteOutcome.Unavailable.class);
            assertThat(outcome.toString()).contains(proxy.endpoint());
            proxy.allow();
            assertThat(store.get(key("one"), ReadAt.LATEST)).isEmpty();
        }
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
        var config = EtcdConfig.of(DEAD, proxy.endpoint(), etcd.endpoint()).under(store.prefix());
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
        var landed = new AtomicInteger();
        together(1_500, writer -> {
            var outcome = store.commit(create("crowd-" + writer));
            while (outcome instanceof WriteOutcome.Unavailable(var reason) && reason.contains("in flight")) {
                outcome = store.commit(
                        create("crowd-" + writer)); // it waited long for its turn, which etcd does not notice
            }
            assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
            landed.incrementAndGet();
        });
        assertThat(landed).hasValue(1_500);
        assertThat(store.list(Selection.of("things"), ReadAt.LATEST).objects()).hasSize(1_500);
    }

    @Test
    void listsMoreThanOnePageAtOneRevision() throws Exception {
        int commits = 160; // 10,240 objects; a page holds 10,000
        together(WRITERS, writer -> {
            for (int number = writer; number < commits; number += WRITERS) {
                var batch = number;
                var writes = IntStream.range(0, Commit.WRITES_MAX)
                        .<Write>mapToObj(
                                index -> new Write.Create(Draft.of(key("p" + batch + "-" + index), Bytes.EMPTY)))
                        .toList();
                assertThat(store.commit(new Commit(List.of(), writes)).written())
                        .isTrue();
            }
        });
        var paged = store.list(Selection.of("things"), ReadAt.LATEST);
        var parallel = store.list(Selection.of("things"), ReadAt.LATEST);

        assertThat(paged.objects()).hasSize(commits * Commit.WRITES_MAX).isSortedAccordingTo((a, b) -> a.key()
                .compareTo(b.key()));
        assertThat(parallel).isEqualTo(paged);
    }

    @Test
    void listsObjectsThatTogetherExceedAMessage() throws Exception {
        int objects = 136; // 66 MiB; a message holds 64
        together(WRITERS, writer -> {
            for (int index = writer; index < objects; index += WRITERS) {
                var draft = Draft.of(key("large-" + index), Bytes.copyOf(new byte[500 * 1024]));
                assertThat(store.commit(Commit.of(new Write.Create(draft))).written())
                        .isTrue();
            }
        });

        var metadata = Selection.of("things").with(Selection.Detail.METADATA);
        assertThat(store.list(metadata, ReadAt.LATEST).objects()).hasSize(objects);
    }

    private void together(int writers, IntConsumer work) throws InterruptedException {
        var tasks = new ArrayList<Task>();
        for (int number = 0; number < writers; number++) {
            int writer = number;
            tasks.add(env.tasks().spawn("writer-" + writer, () -> work.accept(writer)));
        }
        for (var task : tasks) {
            task.join();
            assertThat(task.failure()).isEmpty();
        }
    }

    private static Commit create(String name) {
        return Commit.of(new Write.Create(Draft.of(key(name), Bytes.utf8("0"))));
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("things", "default", name);
    }
}
