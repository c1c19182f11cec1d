package dev.banyan.runtime.benchmark.follow;

/** Where subjects follow: a server with objects whose changes are held back until they are released. */
interface Field extends AutoCloseable {
    /** A new program. */
    Subject subject() throws Exception;

    /** Makes one change to each of the first {@code events} objects, which nobody hears of yet. */
    void prepare(int events) throws Exception;

    /** Lets everybody hear of what was prepared. */
    void release() throws Exception;

    /** Ready for another program. */
    void reset() throws Exception;

    @Override
    void close();
}
