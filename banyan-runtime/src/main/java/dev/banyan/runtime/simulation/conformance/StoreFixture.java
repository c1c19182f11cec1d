package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;

/** One store to examine, empty when it is handed out. Closed after its case. */
public interface StoreFixture extends AutoCloseable {
    /** What the store was built with. */
    Env env();

    /** The store to be tried. */
    Store store();

    /** Another way to the same history, such as a second server; the store itself where there is no other. */
    Store secondDoor();

    /** Makes every state before {@code revision} unreadable at both doors; may write objects of kind {@code filler} to do so. */
    void forgetBefore(long revision) throws Exception;

    @Override
    void close();
}
