package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.Message;
import dev.banyan.runtime.store.etcd.wire.LeaseTimeToLiveResponse;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;

/** Makes answers of different clusters comparable. */
final class Headers {
    private Headers() {}

    /** Keeps the revision of the header; rounds what is left of a lease, which depends on when one asks. */
    static Message withoutCluster(Message answer) {
        var field = answer.getDescriptorForType().findFieldByName("header");
        var header = (ResponseHeader) answer.getField(field);
        var plain = answer.toBuilder()
                .setField(
                        field,
                        ResponseHeader.newBuilder()
                                .setRevision(header.getRevision())
                                .build())
                .build();
        return plain instanceof LeaseTimeToLiveResponse lease && lease.getTTL() > 0
                ? lease.toBuilder().setTTL(1).build()
                : plain;
    }
}
