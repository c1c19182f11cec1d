package dev.banyan.runtime.simulation.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.store.etcd.EtcdProcess;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.DeleteRangeRequest;
import dev.banyan.runtime.store.etcd.wire.PutRequest;
import dev.banyan.runtime.store.etcd.wire.RangeRequest;
import dev.banyan.runtime.store.etcd.wire.RequestOp;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.WatchCancelRequest;
import dev.banyan.runtime.store.etcd.wire.WatchCreateRequest;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The model and a real etcd answer the same requests, and each answer is compared. */
class EtcdModelConformanceTest {
    /** Requests a run; {@code -Dbanyan.etcd.requests} for more. */
    private static final int REQUESTS = Integer.getInteger("banyan.etcd.requests", 6_000);

    private static final long SEED = Long.getLong("banyan.etcd.seed", 20_261_121);

    private final EtcdProcess process = EtcdProcess.start();
    private ManagedChannel channel;
    private RealEtcd real;
    private final ModelEtcd model = new ModelEtcd(WatchDesk.USUAL);

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forTarget(process.endpoint().replace("http://", ""))
                .usePlaintext()
                .build();
        real = new RealEtcd(channel);
        while (!real.call(get("a")).equals(model.call(get("a")))) {
            Thread.onSpinWait(); // until etcd has started
        }
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        process.close();
    }

    @Test
    void answersRandomRequestsLikeTheRealOne() {
        var requests = new RandomRequests(new SeededRandom(SEED));
        var kinds = new TreeSet<String>();
        for (int index = 0; index < REQUESTS; index++) {
            var request = requests.next(model.revision(), model.compacted());
            var expected = real.call(request);
            var answer = model.call(request);

            assertThat(answer).as("request %s: %s", index, request).isEqualTo(expected);
            kinds.add(
                    expected instanceof String refusal
                            ? refusal
                            : expected.getClass().getSimpleName());
        }

        assertThat(kinds).as("what was reached").hasSizeGreaterThanOrEqualTo(13);
    }

    @Test
    void saysToWatchesWhatTheRealOneSays() {
        var random = new SeededRandom(SEED);
        var requests = new RandomRequests(random);
        var theirs = new ArrayList<Etcd.WatchLog>();
        var ours = new ArrayList<Etcd.WatchLog>();
        for (int index = 0; index < REQUESTS / 4; index++) {
            if (index % 25 == 0) {
                theirs.add(real.openWatches());
                ours.add(model.openWatches());
                open(theirs.getLast(), ours.getLast(), requests.watch(model.revision(), model.compacted()));
            }
            if (index % 40 == 39) {
                int which = random.nextInt(theirs.size());
                compare(
                        theirs.get(which),
                        ours.get(which)); // what is on its way when a watch is cancelled may be left out
                var cancel = WatchCancelRequest.newBuilder().setWatchId(0);
                send(
                        theirs.get(which),
                        ours.get(which),
                        WatchRequest.newBuilder().setCancelRequest(cancel).build());
            }
            var request = requests.next(model.revision(), model.compacted());
            if (request instanceof CompactionRequest) {
                compareAll(theirs, ours); // what a watch has not yet read may be compacted away from it
            }
            both(request);
            ours.forEach(log -> log.said(0));
        }
        var everything = List.of("a", "b", "ba", "c", "d");
        everything.forEach(key -> both(put(key, "end")));

        compareAll(theirs, ours);
        assertThat(ours.stream().flatMap(log -> log.said(0).stream()))
                .as("what was reached")
                .anyMatch(words -> words.contains("canceled compacted 0"))
                .anyMatch(words -> words.contains("canceled compacted") && !words.contains("compacted 0"))
                .anyMatch(words -> words.contains("watcher range is empty"))
                .anyMatch(words -> words.contains("DELETE"))
                .anyMatch(words -> words.contains("before key"));
    }

    /** The put makes sure that the real watch has caught up with the past: until then a compaction could overtake it. */
    private void open(Etcd.WatchLog theirs, Etcd.WatchLog ours, WatchCreateRequest create) {
        send(theirs, ours, WatchRequest.newBuilder().setCreateRequest(create).build());
        both(PutRequest.newBuilder().setKey(create.getKey()).build());
        compare(theirs, ours);
    }

    @Test
    void losesADeletionAtTheCompactedRevisionAsTheRealOneDoes() {
        both(put("a", "1"));
        both(DeleteRangeRequest.newBuilder().setKey(bytes("a")).build());
        long deletion = model.revision();
        both(put("b", "1"));
        both(CompactionRequest.newBuilder()
                .setRevision(deletion)
                .setPhysical(true)
                .build());
        var theirs = real.openWatches();
        var ours = model.openWatches();

        send(
                theirs,
                ours,
                WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder()
                                .setKey(bytes("a"))
                                .setRangeEnd(bytes("z"))
                                .setStartRevision(deletion))
                        .build());

        assertThat(ours.said(0)).hasSize(2).noneMatch(words -> words.contains("DELETE"));
    }

    @Test
    void refusesWhatIsTooLargeAsTheRealOneDoes() {
        var requests = new LinkedHashMap<String, TxnRequest>();
        requests.put("as many as allowed", operations(TxnRun.OPERATIONS_MAX));
        requests.put("one too many", operations(TxnRun.OPERATIONS_MAX + 1));
        for (Map.Entry<String, TxnRequest> request : requests.entrySet()) {
            assertThat(model.call(request.getValue())).as(request.getKey()).isEqualTo(real.call(request.getValue()));
        }
        var large = PutRequest.newBuilder()
                .setKey(bytes("a"))
                .setValue(ByteString.copyFrom(new byte[EtcdModel.REQUEST_BYTES_MAX]))
                .build();
        both(large);
    }

    private static TxnRequest operations(int count) {
        var request = TxnRequest.newBuilder();
        for (int index = 0; index < count; index++) {
            request.addSuccess(RequestOp.newBuilder().setRequestPut(put("key-" + index, "")));
        }
        return request.build();
    }

    private void both(com.google.protobuf.Message request) {
        assertThat(model.call(request)).isEqualTo(real.call(request));
    }

    /** A watch from the past is caught up with before anything else happens: etcd might otherwise compact what it waits for. */
    private static void send(Etcd.WatchLog theirs, Etcd.WatchLog ours, WatchRequest request) {
        theirs.send(request);
        ours.send(request);
        compare(theirs, ours);
    }

    private static void compareAll(List<Etcd.WatchLog> theirs, List<Etcd.WatchLog> ours) {
        for (int which = 0; which < ours.size(); which++) {
            compare(theirs.get(which), ours.get(which));
        }
    }

    private static void compare(Etcd.WatchLog theirs, Etcd.WatchLog ours) {
        var expected = List.copyOf(ours.said(0));
        var said = theirs.said(expected.size());
        for (int index = 0; index < Math.min(said.size(), expected.size()); index++) {
            assertThat(said.get(index)).as("entry %s", index).isEqualTo(expected.get(index));
        }
        assertThat(said).hasSameSizeAs(expected);
    }

    private static RangeRequest get(String key) {
        return RangeRequest.newBuilder().setKey(bytes(key)).build();
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }
}
