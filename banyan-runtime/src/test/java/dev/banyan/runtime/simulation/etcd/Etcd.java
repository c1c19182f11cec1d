package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.Message;
import dev.banyan.runtime.store.etcd.wire.WatchRequest;
import dev.banyan.runtime.store.etcd.wire.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/** Something that answers etcd's requests: the real one or the model. */
interface Etcd {
    /** The answer, without what differs from cluster to cluster; a refusal as its status. */
    Object call(Message request);

    /** A stream of watches. */
    WatchLog openWatches();

    /** What a stream of watches has said, in words that do not depend on how it was cut into responses. */
    interface WatchLog {
        void send(WatchRequest request);

        /** What was said so far; waits until it is at least {@code atLeast} entries, or long enough to give up. */
        List<String> said(int atLeast);
    }

    static List<String> words(WatchResponse response) {
        var words = new ArrayList<String>();
        if (response.getCreated() || response.getCanceled()) {
            words.add("watch " + response.getWatchId() + (response.getCreated() ? " created" : "")
                    + (response.getCanceled() ? " canceled" : "") + " compacted " + response.getCompactRevision() + " "
                    + response.getCancelReason());
        }
        response.getEventsList()
                .forEach(event -> words.add("watch " + response.getWatchId() + " " + event.getType() + " "
                        + event.getKv().toString().replace('\n', ' ') + " before "
                        + event.getPrevKv().toString().replace('\n', ' ')));
        return words;
    }
}
