package dev.banyan.runtime.benchmark.follow;

/** A program that follows a kind. Started once and closed. */
public interface Subject extends AutoCloseable {
    /** Lists and watches from now on; each first sight, event or reconcile is told to {@code told}. */
    void start(Runnable told) throws Exception;

    /** Whether its copy says of itself that it is synced, and has so many objects, where it can be asked for their number. */
    boolean has(int objects);

    @Override
    void close();
}
