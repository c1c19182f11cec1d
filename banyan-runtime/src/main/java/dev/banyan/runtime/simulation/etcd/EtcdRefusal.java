package dev.banyan.runtime.simulation.etcd;

import io.grpc.Status;

/** A request that etcd refuses, with its code and words. */
final class EtcdRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    private EtcdRefusal(Status status) {
        super(String.valueOf(status.getDescription()), null, false, false);
        this.status = status;
    }

    Status status() {
        return status;
    }

    static EtcdRefusal noKey() {
        return of(Status.INVALID_ARGUMENT, "key is not provided");
    }

    static EtcdRefusal duplicateKey() {
        return of(Status.INVALID_ARGUMENT, "duplicate key given in txn request");
    }

    static EtcdRefusal tooManyOperations() {
        return of(Status.INVALID_ARGUMENT, "too many operations in txn request");
    }

    static EtcdRefusal tooLarge() {
        return of(Status.INVALID_ARGUMENT, "request is too large");
    }

    static EtcdRefusal compacted() {
        return of(Status.OUT_OF_RANGE, "mvcc: required revision has been compacted");
    }

    static EtcdRefusal future() {
        return of(Status.OUT_OF_RANGE, "mvcc: required revision is a future revision");
    }

    static EtcdRefusal full() {
        return of(Status.RESOURCE_EXHAUSTED, "mvcc: database space exceeded");
    }

    static EtcdRefusal noLease() {
        return of(Status.NOT_FOUND, "requested lease not found");
    }

    static EtcdRefusal leaseExists() {
        return of(Status.FAILED_PRECONDITION, "lease already exists");
    }

    static EtcdRefusal noLeader() {
        return of(Status.UNAVAILABLE, "no leader");
    }

    static EtcdRefusal timedOut() {
        return of(Status.UNAVAILABLE, "request timed out");
    }

    private static EtcdRefusal of(Status status, String words) {
        return new EtcdRefusal(status.withDescription("etcdserver: " + words));
    }
}
