package dev.banyan.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.session.LogSource;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.agent.session.Relay;
import dev.banyan.agent.session.Session;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Duplex;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.Assignment;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogPosition;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.harness.Await;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** People read logs of an agent through the engine, which reaches it over the agent's own stream. */
class RelayTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PROBE = 0;
    private static final String TASK = "shop.web.1.0.0";

    private static final ReachSource NOBODY = (request, person) -> ReachOutcome.getDefaultInstance();

    private final LocalEngine engine = new LocalEngine();
    private final AtomicLong epoch = new AtomicLong();
    private final List<Relay> relays = new ArrayList<>();

    @BeforeEach
    void register() {
        epoch.set(engine.register("boot-1"));
        task(TASK);
    }

    private void task(String name) {
        var spec = TaskSpec.newBuilder()
                .setDeployment("shop")
                .setService("web")
                .setAssignment(Assignment.newBuilder().setAgent("web").setAgentUid(engine.agentUid()));
        var draft = Draft.of(
                        Kinds.TASKS.key("default", name), Kinds.TASKS.spec().encode(spec.build()))
                .labelled(Map.of(Labels.DEPLOYMENT, "shop", Labels.SERVICE, "web"));
        assertThat(engine.store().commit(Commit.of(new Write.Create(draft))).written())
                .isTrue();
    }

    @AfterEach
    void close() {
        relays.forEach(Relay::stop);
        engine.close();
    }

    @Test
    void aReaderGetsEveryLineInOrderAndThenTheEnd() throws Exception {
        relay((request, sink) -> {
            assertThat(request.getTask()).isEqualTo(TASK);
            for (int batch = 0; batch < 50; batch++) {
                assertThat(sink.accept(lines(batch * 10, 10))).isTrue();
            }
        });

        var read = readAll(false);

        assertThat(read).extracting(LogLine::getText).isEqualTo(texts(500));
    }

    @Test
    void aFollowerGetsWhatIsWrittenLater() throws Exception {
        var more = LocalEngine.ENV.signal();
        relay((request, sink) -> {
            boolean open = sink.accept(lines(0, 3));
            more.await();
            assertThat(open && sink.accept(lines(3, 2))).isTrue();
            LocalEngine.ENV.signal().await(PATIENCE);
        });

        try (var logs = engine.admin().logs(request(true))) {
            assertThat(IntStream.range(0, 3).mapToObj(line -> text(logs))).isEqualTo(texts(3));
            more.raise();

            assertThat(text(logs)).isEqualTo("line 3");
            assertThat(text(logs)).isEqualTo("line 4");
        }
    }

    @Test
    void aSlowReaderHoldsUpTheSourceAndLosesNothing() throws Exception {
        // Long lines, since what may be on its way is counted in bytes: of short ones that is more than all.
        var padding = " ".repeat(30_000);
        var tooMany = LocalEngine.ENV.signal();
        relay((request, sink) -> {
            int sent = 0;
            for (var text : texts(500)) {
                if (!sink.accept(
                        List.of(LogLine.newBuilder().setText(text + padding).build()))) {
                    return;
                }
                sent++;
                if (sent == 200) {
                    tooMany.raise();
                }
            }
        });

        try (var logs = engine.admin().logs(request(false))) {
            assertThat(text(logs)).isEqualTo("line 0" + padding);
            assertThat(tooMany.await(Duration.ofSeconds(1)))
                    .as("as many lines while nobody reads on")
                    .isFalse();
            for (int line = 1; line < 500; line++) {
                assertThat(text(logs)).isEqualTo("line " + line + padding);
            }
        }
    }

    @Test
    void linesThatAreTooMuchForOneAnswerAreSplit() throws Exception {
        var line = LogLine.newBuilder().setText("x".repeat(1_000)).build();
        relay((request, sink) ->
                assertThat(sink.accept(Collections.nCopies(5_000, line))).isTrue());

        assertThat(readAll(false)).hasSize(5_000);
    }

    @Test
    void whatGoesWrongIsToldToTheReader() throws Exception {
        relay((request, sink) -> {
            throw new IllegalStateException("the log is on fire");
        });

        var read = readAll(false);

        assertThat(read).hasSize(1);
        assertThat(read.getFirst().getStream()).isEqualTo(LogLine.Stream.GAP);
        assertThat(read.getFirst().getText()).isEqualTo("the log is on fire");
    }

    @Test
    void aReaderThatGoesEndsTheReading() throws Exception {
        var ended = new AtomicBoolean();
        relay((request, sink) -> {
            try {
                for (int line = 0; sink.accept(lines(line, 1)); line++) {
                    LocalEngine.ENV.signal().await(Duration.ofMillis(1));
                }
            } finally {
                ended.set(true);
            }
        });

        try (var logs = engine.admin().logs(request(true))) {
            assertThat(text(logs)).isEqualTo("line 0");
        }

        Await.until(ended::get, PATIENCE, () -> "reading goes on");
    }

    @Test
    void severalReadersDoNotDisturbEachOther() throws Exception {
        relay((request, sink) -> {
            boolean open = sink.accept(lines(0, 1));
            if (open && request.getFollow()) {
                LocalEngine.ENV.signal().await(PATIENCE);
            }
        });

        try (var follower = engine.admin().logs(request(true))) {
            assertThat(text(follower)).isEqualTo("line 0");

            assertThat(readAll(false)).extracting(LogLine::getText).containsExactly("line 0");
        }
    }

    @Test
    void isBackAfterTheEngineWas() throws Exception {
        var relay =
                relay((request, sink) -> assertThat(sink.accept(lines(0, 1))).isTrue());
        assertThat(readAll(false)).hasSize(1);

        engine.stop();
        Await.until(
                () -> !relay.health().ready(), PATIENCE, () -> relay.health().detail());
        engine.startAgain();
        Await.until(() -> relay.health().ready(), PATIENCE, () -> relay.health().detail());

        Await.until(this::connected, PATIENCE, () -> relay.health().detail());
        assertThat(readAll(false)).extracting(LogLine::getText).containsExactly("line 0");
    }

    @Test
    void whoFollowsAndComesBackIsToldThatAnAgentIsAway() throws Exception {
        epoch.set(0);
        relay((request, sink) -> {});
        var resuming = request(true).toBuilder().setTask(TASK).setResumes(true).build();

        var read = readAll(resuming);

        assertThat(read).extracting(LogLine::getStream).containsExactly(LogLine.Stream.AWAY);
        assertThat(read.getFirst().getText()).contains("not connected");
        assertThat(read.getFirst().hasPosition()).as("it is not new").isFalse();
    }

    @Test
    void theAgentIsAskedForWhatIsWantedOfItsOwnTask() throws Exception {
        var asked = new AtomicReference<>(LogRequest.getDefaultInstance());
        relay((request, sink) -> {
            asked.set(request);
            assertThat(sink.accept(lines(0, 1))).isTrue();
        });
        var own = LogPosition.newBuilder().setTask(TASK).setTimeNs(7).build();

        var read = readAll(request(false).toBuilder()
                .addServices("db")
                .addServices("web")
                .setSinceNs(3)
                .setUntilNs(9)
                .addAfter(own.toBuilder().setTask("shop.db.1.0.0"))
                .addAfter(own)
                .build());

        assertThat(read).hasSize(1);
        assertThat(asked.get().getAfterList()).containsExactly(own);
        assertThat(asked.get().getSinceNs()).isEqualTo(3);
        assertThat(asked.get().getUntilNs()).isEqualTo(9);
        assertThat(readAll(request(false).toBuilder().addServices("db").build()))
                .as("of other services")
                .isEmpty();
    }

    @Test
    void aTaskThatComesWhileFollowingIsReadFromItsBeginning() throws Exception {
        var tails = new ConcurrentHashMap<String, Integer>();
        relay((request, sink) -> {
            tails.put(request.getTask(), request.getTail());
            assertThat(sink.accept(lines(0, 1))).isTrue();
            LocalEngine.ENV.signal().await(PATIENCE);
        });

        try (var logs = engine.admin().logs(request(true).toBuilder().setTail(1).build())) {
            assertThat(text(logs)).isEqualTo("line 0");
            task("shop.web.1.1.0");
            assertThat(text(logs)).isEqualTo("line 0");
        }

        assertThat(tails).containsOnly(Map.entry(TASK, 1), Map.entry("shop.web.1.1.0", -1));
    }

    @Test
    void endsByItselfAfterTheWantedEndAndWithItsOnlyTask() throws Exception {
        relay((request, sink) -> assertThat(sink.accept(lines(0, 1))).isTrue());
        var past = request(true).toBuilder().setUntilNs(1).build();
        var alone = request(true).toBuilder().setTask(TASK).build();

        assertThat(readAll(past)).hasSizeLessThan(2);
        assertThat(readAll(alone)).hasSize(1);
    }

    @Test
    void dialsNobodyWithoutASession() throws Exception {
        epoch.set(0);
        var relay = relay((request, sink) -> {});

        assertThat(readAll(false).getFirst().getText()).contains("not connected");
        assertThat(relay.health().detail()).isEqualTo("not connected yet");
    }

    private Relay relay(LogSource source) {
        LogSource unlessProbed = (request, sink) -> {
            if (request.getTail() != PROBE) {
                source.read(request, sink);
            }
        };
        var client = engine.agent();
        var relay = new Relay(LocalEngine.ENV, client, () -> tie(client), new Relay.Sources(unlessProbed, NOBODY));
        relay.start();
        relays.add(relay);
        if (epoch.get() != 0) {
            Await.until(this::connected, PATIENCE, () -> relay.health().detail());
        }
        return relay;
    }

    private Optional<Session.Tie> tie(BanyanClient client) {
        return Optional.of(epoch.get()).filter(now -> now != 0).map(now -> new Session.Tie(now, client.endpoint()));
    }

    /** Whether the engine reaches the agent: then nothing is read, and nothing missing. */
    private boolean connected() {
        try (var logs =
                engine.admin().logs(request(false).toBuilder().setTail(PROBE).build())) {
            return logs.receive(PATIENCE).orElseThrow() instanceof Duplex.Item.Ended<LogLine>;
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private List<LogLine> readAll(boolean follow) throws InterruptedException {
        return readAll(request(follow));
    }

    private List<LogLine> readAll(LogRequest request) throws InterruptedException {
        var read = new ArrayList<LogLine>();
        try (var logs = engine.admin().logs(request)) {
            while (logs.receive(PATIENCE).orElseThrow() instanceof Duplex.Item.Message<LogLine> message) {
                read.add(message.content());
            }
        }
        return read;
    }

    private static String text(Duplex<LogRequest, LogLine> logs) {
        try {
            return switch (logs.receive(PATIENCE).orElseThrow()) {
                case Duplex.Item.Message<LogLine> message -> message.content().getText();
                case Duplex.Item.Ended<LogLine> end -> "ended: " + end.status();
            };
        } catch (InterruptedException interrupted) {
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private static LogRequest request(boolean follow) {
        return LogRequest.newBuilder()
                .setNamespace("default")
                .setDeployment("shop")
                .setTail(-1)
                .setFollow(follow)
                .build();
    }

    private static List<LogLine> lines(int first, int count) {
        return texts(first + count).subList(first, first + count).stream()
                .map(text -> LogLine.newBuilder().setText(text).build())
                .toList();
    }

    private static List<String> texts(int count) {
        return IntStream.range(0, count).mapToObj(line -> "line " + line).toList();
    }
}
