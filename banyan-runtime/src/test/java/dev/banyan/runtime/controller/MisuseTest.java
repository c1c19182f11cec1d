package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.ownership.Finalizer;
import dev.banyan.runtime.controller.ownership.GarbageCollector;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.Fairness;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.queue.Rate;
import dev.banyan.runtime.queue.Shares;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every way to use the library wrongly that it can see, and what it says: what is wrong, where, and what to do. */
class MisuseTest {
    private static final Kind<String, String> ZONES = Texts.kind("zones");
    private static final Duration NEGATIVE = Duration.ofSeconds(-1);
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final Simulation simulation = new Simulation(5);
    private final Env env = simulation.process("engine").env();
    private final MemoryStore store = new MemoryStore(env);
    private final Informer<String, String> zones =
            Informer.of(ZONES, store, env).build();

    @AfterEach
    void close() {
        simulation.close();
    }

    @TestFactory
    Stream<DynamicTest> saysOfAControllerWhatIsWrongWhereAndWhatToDo() {
        return Stream.of(
                bad("without a name", () -> named(" "), "name", "not blank", "logs, health and metrics"),
                bad(
                        "that watches nothing",
                        () -> named("dns").reconciler(this::none).build(),
                        "'dns'",
                        "watches(...)"),
                bad("without a reconciler", () -> watching().build(), "'dns'", "reconciler(...) before build()"),
                bad(
                        "with two reconcilers",
                        () -> watching().reconciler(this::none).reconciler(this::none),
                        "'dns'",
                        "has a reconciler already",
                        "second controller"),
                bad(
                        "on one informer twice",
                        () -> watching().owns(zones, ZONES),
                        "'dns'",
                        "informer/zones",
                        "one mapper"),
                bad(
                        "that ignores writes it does not know",
                        () -> watching()
                                .ignoreOwnWrites()
                                .reconciler(this::none)
                                .build(),
                        "'dns'",
                        "reconciler(store"),
                bad("with 0 workers", () -> named("dns").concurrency(0), "'dns'", "concurrency(...)", "1 to 1024"),
                bad("with 2,000 workers", () -> named("dns").concurrency(2_000), "'dns'", "2000", "1 to 1024"),
                bad("with a negative resync", () -> named("dns").resync(NEGATIVE), "'dns'", "resync(...)", "PT-1S"),
                bad("with a resync for ever", () -> named("dns").resync(FOR_EVER), "'dns'", "at most 365 days"),
                bad("without a deadline", () -> named("dns").deadline(Duration.ZERO), "'dns'", "deadline(...)"),
                bad("with a negative debounce", () -> named("dns").debounce(NEGATIVE), "'dns'", "debounce(...)"),
                bad("with an hour's debounce", () -> named("dns").debounce(Duration.ofHours(1)), "'dns'", "PT5M"),
                bad(
                        "that is started twice",
                        () -> {
                            zones.start();
                            var controller = watching().reconciler(this::none).build();
                            controller.start();
                            controller.start();
                        },
                        "controller/dns",
                        "started already",
                        "build another"));
    }

    @TestFactory
    Stream<DynamicTest> saysOfAManagerWhatIsWrongWhereAndWhatToDo() {
        return Stream.of(
                bad("of nothing", ControllerManager::of, "no components", "name informers"),
                bad(
                        "of two controllers of one name",
                        () -> ControllerManager.of(zones, controller(), controller()),
                        "controller/dns",
                        "another name"),
                bad(
                        "of two informers of one kind and name",
                        () -> ControllerManager.of(
                                zones, Informer.of(ZONES, store, env).build()),
                        "informer/zones",
                        "another name"),
                bad(
                        "of a controller on an informer that nobody starts",
                        () -> ControllerManager.of(controller()).start(),
                        "controller/dns stands on informer/zones",
                        "nobody has started",
                        "same manager"),
                bad(
                        "that is started twice",
                        () -> {
                            var manager = ControllerManager.of(zones, controller());
                            simulation.runIn(simulation.process("starter"), Duration.ofMinutes(1), manager::start);
                            manager.start();
                        },
                        "started already"));
    }

    @TestFactory
    Stream<DynamicTest> saysOfAQueueWhatIsWrongWhereAndWhatToDo() {
        var options = QueueOptions.<String>of(Backoff.standard(env.random()));
        return Stream.of(
                bad("with no patience", () -> options.maxWait(Duration.ZERO), "maxWait", "positive"),
                bad("with too much of it", () -> options.maxWait(FOR_EVER), "maxWait", "at most a day"),
                bad("with a negative debounce", () -> options.debounce(NEGATIVE), "debounce", "PT-1S"),
                bad("with a lane without a share", () -> new Shares(8, 2, 1, 0), "share", "never be served"),
                bad("with a rate of nothing", () -> Rate.perSecond(0, 1), "rate", "more than 0"),
                bad("with a rate without a burst", () -> Rate.perSecond(1, 0), "burst of 1 to"),
                bad("with a negative rate", () -> new Rate(NEGATIVE, 1), "interval of zero to a day"),
                bad(
                        "with owners who may run nothing",
                        () -> Fairness.<String>none().runningAtMost(0),
                        "at least one"),
                bad(
                        "with a backoff of nothing",
                        () -> Backoff.of(Duration.ZERO, NEGATIVE, env.random()),
                        "PT0S",
                        "PT-1S"));
    }

    @TestFactory
    Stream<DynamicTest> saysOfAKindWhatIsWrongWhereAndWhatToDo() {
        return Stream.of(
                bad("with a bad name", () -> Texts.kind("Zone!"), "'Zone!'", "lower-case plural such as"),
                bad("of arrays", () -> informer(new byte[0]), "byte[]", "shared without copies", "make it a record"),
                bad("of bare collections", () -> informer(new ArrayList<>()), "java.util.ArrayList", "take a copyOf"),
                bad("of dates", () -> informer(new Date(0)), "java.util.Date", "'setDate'"),
                bad("of builders", () -> informer(new StringBuilder()), "java.lang.StringBuilder", "'setCharAt'"),
                bad("of records with an array", () -> informer(new Digest(new byte[0])), "Digest", "the array 'bytes'"),
                bad("of records with an array list", () -> informer(new Words(new ArrayList<>())), "Words", "'words'"),
                bad("of records with a map of their own", () -> informer(new Tree(new TreeMap<>())), "Tree", "'map'"),
                bad("of records with a date", () -> informer(new Dated(new Date(0))), "Dated", "'when'", "'setDate'"),
                bad("of beans", () -> informer(new Bean()), "Bean", "'setName'", "immutable"),
                bad("of structures", () -> informer(new Struct()), "Struct", "the field 'name' can be set"),
                bad(
                        "given to a collector twice",
                        () -> new GarbageCollector(List.of(ZONES, ZONES), store, env),
                        "'zones'",
                        "twice"),
                bad("given to a collector not at all", () -> new GarbageCollector(List.of(), store, env), "no kind"),
                bad("held by a finalizer of no domain", () -> new Finalizer("hold"), "'hold'", "example.org/zone"));
    }

    /** What looks alike and is right. */
    @Test
    void takesValuesThatCannotBeChanged() {
        for (var value :
                List.of("text", 7, new Good(List.of("a"), Bytes.EMPTY, Duration.ZERO), List.of(1), Shade.DARK)) {
            assertThatCode(() -> informer(value)).doesNotThrowAnyException();
        }
    }

    @Test
    void waitsForAnInformerThatIsStartedLaterWhenNobodyManagesIt() {
        var controller = controller();
        controller.start();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(controller.health().detail()).contains("waiting for its informers: informer/zones (never started)");
        assertThat(controller.lacks()).containsExactly("informer/zones");

        zones.start();
        simulation.runFor(Duration.ofSeconds(1));
        assertThat(controller.health().ready()).isTrue();
        assertThat(controller.lacks()).isEmpty();
    }

    @Test
    void stopsWhatItHasStartedWhenAComponentLacksAnother() {
        var other = Informer.of(Texts.kind("other"), store, env).build();
        var manager = ControllerManager.of(other, controller());
        simulation.runIn(simulation.process("starter"), Duration.ofMinutes(1), () -> assertThatThrownBy(manager::start)
                .hasMessageContaining("informer/zones"));

        assertThat(other.health().detail()).isEqualTo("stopped");
    }

    @Test
    void survivesAMapperThatAnswersNonsense() {
        var controller = named("dns")
                .watches(zones, event -> Stream.<dev.banyan.runtime.resource.ObjectKey>of(event.key())
                        .map(key -> {
                            throw new IllegalStateException("lazy and broken");
                        })
                        .map(x -> event.key())
                        .toList())
                .reconciler(this::none)
                .build();
        zones.start();
        controller.start();
        simulation.runFor(Duration.ofSeconds(1));

        assertThat(controller.health().ready()).isTrue();
    }

    enum Shade {
        DARK
    }

    record Good(List<String> list, Bytes bytes, Duration time) {}

    @SuppressWarnings("ArrayRecordComponent")
    record Digest(byte[] bytes) {}

    record Words(ArrayList<String> words) {}

    record Tree(TreeMap<String, String> map) {}

    record Dated(Date when) {}

    static final class Bean {
        private String name = "";

        public String getName() {
            return name;
        }

        public void setName(String name) {
            this.name = name;
        }
    }

    static final class Struct {
        public String name = "";
    }

    private static DynamicTest bad(String use, ThrowingCallable call, String... message) {
        return DynamicTest.dynamicTest(use, () -> assertThatThrownBy(call)
                .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
                .hasMessageContainingAll(message));
    }

    private Informer<Object, Object> informer(Object value) {
        Codec<Object> codec = new Codec<>() {
            @Override
            public Bytes encode(Object ignored) {
                return Bytes.EMPTY;
            }

            @Override
            public Object decode(Bytes bytes) {
                return value;
            }
        };
        return Informer.of(new Kind<>("values", Kind.Scope.NAMESPACED, codec, codec), store, env)
                .build();
    }

    private ControllerBuilder named(String name) {
        return Controller.named(name, env);
    }

    private ControllerBuilder watching() {
        return named("dns").watches(zones, EventMapper.self());
    }

    private Controller controller() {
        return watching().reconciler(this::none).build();
    }

    private Result none(Request request) {
        return Result.done();
    }
}
