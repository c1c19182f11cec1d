package dev.banyan.runtime.simulation.etcd;

import com.google.protobuf.ByteString;
import dev.banyan.runtime.store.etcd.wire.Compare;
import dev.banyan.runtime.store.etcd.wire.KeyValue;
import dev.banyan.runtime.store.etcd.wire.RequestOp;
import dev.banyan.runtime.store.etcd.wire.ResponseOp;
import dev.banyan.runtime.store.etcd.wire.TxnRequest;
import dev.banyan.runtime.store.etcd.wire.TxnResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** One transaction: refused whole, or applied whole as one revision. Pure; used once. */
final class TxnRun {
    /** Default of etcd's {@code --max-txn-ops}, for compares and each branch alike. */
    static final int OPERATIONS_MAX = 128;

    private final EtcdModel model;
    private final Keyspace keyspace;

    TxnRun(EtcdModel model, Keyspace keyspace) {
        this.model = model;
        this.keyspace = keyspace;
    }

    TxnResponse run(TxnRequest request) {
        checkForm(request);
        boolean succeeded = request.getCompareList().stream().allMatch(this::holds);
        var operations = succeeded ? request.getSuccessList() : request.getFailureList();
        operations.forEach(this::checkLease);
        operations.forEach(this::checkRevision);
        var writing = keyspace.write();
        var answer = TxnResponse.newBuilder().setSucceeded(succeeded);
        operations.forEach(operation -> answer.addResponses(apply(operation, writing)));
        return answer.setHeader(EtcdModel.header(writing.done())).build();
    }

    private void checkForm(TxnRequest request) {
        if (request.getCompareCount() > OPERATIONS_MAX
                || request.getSuccessCount() > OPERATIONS_MAX
                || request.getFailureCount() > OPERATIONS_MAX) {
            throw EtcdRefusal.tooManyOperations();
        }
        boolean keyless = request.getCompareList().stream()
                        .anyMatch(compare -> compare.getKey().isEmpty())
                || request.getSuccessList().stream().anyMatch(TxnRun::keyless)
                || request.getFailureList().stream().anyMatch(TxnRun::keyless);
        if (keyless) {
            throw EtcdRefusal.noKey();
        }
        checkNothingIsWrittenTwice(request.getSuccessList());
        checkNothingIsWrittenTwice(request.getFailureList());
        if (request.getSuccessList().stream().anyMatch(RequestOp::hasRequestPut)
                || request.getFailureList().stream().anyMatch(RequestOp::hasRequestPut)) {
            model.checkRoom();
        }
    }

    private static boolean keyless(RequestOp operation) {
        return keyOf(operation).isEmpty();
    }

    private static ByteString keyOf(RequestOp operation) {
        return switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> operation.getRequestRange().getKey();
            case REQUEST_PUT -> operation.getRequestPut().getKey();
            case REQUEST_DELETE_RANGE -> operation.getRequestDeleteRange().getKey();
            case REQUEST_NOT_SET -> ByteString.EMPTY;
        };
    }

    /**
     * Deletions may overlap; a put may meet neither another put nor a deletion. A deletion to the end of all keys escapes the check, which
     * takes its zero byte for a key.
     */
    private static void checkNothingIsWrittenTwice(List<RequestOp> operations) {
        var deleted = new ArrayList<KeySpan>();
        for (var operation : operations) {
            var request = operation.getRequestDeleteRange();
            var span = new KeySpan(request.getKey(), request.getRangeEnd());
            if (operation.hasRequestDeleteRange() && !span.open()) {
                deleted.add(span);
            }
        }
        var put = new HashSet<ByteString>();
        for (var operation : operations) {
            if (operation.hasRequestPut()) {
                var key = operation.getRequestPut().getKey();
                if (!put.add(key) || deleted.stream().anyMatch(span -> span.holds(key))) {
                    throw EtcdRefusal.duplicateKey();
                }
            }
        }
    }

    private void checkLease(RequestOp operation) {
        if (operation.hasRequestPut()) {
            model.checkLease(operation.getRequestPut());
        }
    }

    private void checkRevision(RequestOp operation) {
        if (operation.hasRequestRange()) {
            model.checkRevision(operation.getRequestRange(), keyspace.revision());
        }
    }

    /** An absent key compares as all zero; its value compares as nothing at all. */
    private boolean holds(Compare compare) {
        var found = keyspace.get(compare.getKey(), keyspace.revision());
        if (found.isEmpty() && compare.getTarget() == Compare.CompareTarget.VALUE) {
            return false;
        }
        int order = order(found.orElse(KeyValue.getDefaultInstance()), compare);
        return switch (compare.getResult()) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case GREATER -> order > 0;
            case LESS -> order < 0;
            case UNRECOGNIZED -> false;
        };
    }

    private static int order(KeyValue found, Compare compare) {
        return switch (compare.getTarget()) {
            case VERSION -> Long.compare(found.getVersion(), compare.getVersion());
            case CREATE -> Long.compare(found.getCreateRevision(), compare.getCreateRevision());
            case MOD -> Long.compare(found.getModRevision(), compare.getModRevision());
            case LEASE -> Long.compare(found.getLease(), compare.getLease());
            case VALUE -> KeySpan.ORDER.compare(found.getValue(), compare.getValue());
            case UNRECOGNIZED -> 0;
        };
    }

    private ResponseOp apply(RequestOp operation, Keyspace.Writing writing) {
        var answer = ResponseOp.newBuilder();
        switch (operation.getRequestCase()) {
            case REQUEST_RANGE -> answer.setResponseRange(model.rangeAt(operation.getRequestRange(), writing.sees()));
            case REQUEST_PUT -> answer.setResponsePut(model.put(operation.getRequestPut(), writing));
            case REQUEST_DELETE_RANGE ->
                answer.setResponseDeleteRange(model.delete(operation.getRequestDeleteRange(), writing));
            case REQUEST_NOT_SET -> {}
        }
        return answer.build();
    }
}
