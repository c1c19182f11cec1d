package dev.banyan.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Writes made from typed values, as a store takes them. */
class WriteTest {
    private static final Codec<Integer> NUMBERS = Codec.ofText(0, Object::toString, Integer::valueOf);
    private static final Kind<String, Integer> JOBS = new Kind<>("jobs", Kind.Scope.NAMESPACED, Codec.TEXT, NUMBERS);
    private static final ObjectKey KEY = JOBS.key("default", "one");

    private final MemoryStore store = new MemoryStore(new SystemEnv());

    @Test
    void createsChangesAndRemovesByTypedValues() {
        commit(Write.create(JOBS, KEY, "first"));
        assertThat(job().spec()).isEqualTo("first");

        commit(Write.status(JOBS, job(), 7));
        commit(Write.spec(JOBS, job(), "second"));
        assertThat(job().spec()).isEqualTo("second");
        assertThat(job().status()).isEqualTo(7);

        commit(Write.delete(job()));
        assertThat(store.get(KEY, ReadAt.LATEST)).isEmpty();
    }

    @Test
    void changesTheSpecOfTheRevisionThatWasReadAndKeepsTheRest() {
        commit(new Write.Create(Draft.of(JOBS, KEY, "first").labelled(Map.of("team", "web"))));
        var old = job();
        commit(Write.spec(JOBS, old, "second"));

        assertThat(job().meta().labels()).containsEntry("team", "web");
        assertThat(store.commit(Commit.of(Write.spec(JOBS, old, "third")))).isInstanceOf(WriteOutcome.Conflict.class);
    }

    @Test
    void meansTheIncarnationThatWasRead() {
        commit(Write.create(JOBS, KEY, "first"));
        var former = job();
        commit(Write.delete(former));
        commit(Write.create(JOBS, KEY, "again"));

        assertThat(store.commit(Commit.of(Write.status(JOBS, former, 7))).written())
                .isFalse();
        assertThat(store.commit(Commit.of(Write.delete(former))).written()).isFalse();
        assertThat(job().spec()).isEqualTo("again");
    }

    @Test
    void answersTheRevisionOrFailsWithTheOutcome() {
        long revision =
                store.commit(Commit.of(Write.create(JOBS, KEY, "first"))).orFail();

        assertThat(job().meta().revision()).isEqualTo(revision);
        var taken = store.commit(Commit.of(Write.create(JOBS, KEY, "first")));
        assertThatThrownBy(taken::orFail)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("AlreadyExists")
                .hasMessageContaining(KEY.path());
    }

    private void commit(Write write) {
        assertThat(store.commit(Commit.of(write)).written()).isTrue();
    }

    private Resource<String, Integer> job() {
        return JOBS.decode(store.get(KEY, ReadAt.LATEST).orElseThrow());
    }
}
