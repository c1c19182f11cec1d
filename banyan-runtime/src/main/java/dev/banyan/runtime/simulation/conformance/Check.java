package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Objects;

/** Assertions without a framework. */
final class Check {
    private Check() {}

    static void that(boolean holds, String fact) {
        if (!holds) {
            throw new AssertionError("not so: " + fact);
        }
    }

    static void equal(Object expected, Object actual, String what) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(what + " is " + actual + " instead of " + expected);
        }
    }

    /** The value as the type that it must have. */
    static <T> T is(Class<T> type, Object value) {
        if (!type.isInstance(value)) {
            throw new AssertionError(value + " is no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    /** The revision of a commit that must have landed. */
    static long written(WriteOutcome outcome) {
        return is(WriteOutcome.Written.class, outcome).revision();
    }

    /** Runs a read that must fail for {@code reason}. */
    static void fails(StoreException.Reason reason, Runnable read) {
        try {
            read.run();
        } catch (StoreException failure) {
            equal(reason, failure.reason(), "reason of '" + failure.getMessage() + "'");
            return;
        }
        throw new AssertionError("the read was answered instead of failing as " + reason);
    }
}
