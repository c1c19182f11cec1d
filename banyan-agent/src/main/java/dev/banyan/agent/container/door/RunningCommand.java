package dev.banyan.agent.container.door;

import java.io.InputStream;
import java.io.OutputStream;

/** A command that runs in a container. Its streams are for one task each; the rest is thread-safe. */
public interface RunningCommand {
    /** What it reads; to be ended by {@link #endInput}, not by closing. */
    OutputStream input();

    /** What it writes; ends when it and all who have its output have ended. */
    InputStream output();

    /** What it writes to its standard error; nothing when it has a terminal. */
    InputStream errors();

    /** It reads the end after what was written. */
    void endInput() throws InterruptedException;

    /** Gives its terminal another size. */
    void resize(CommandSpec.Size size) throws InterruptedException;

    /** Waits for its end; the answer is its exit code, or 128 and the number of the signal that ended it. */
    int await() throws InterruptedException;

    /** Ends it and its session: the signal of a terminal that is gone, then the one that cannot be refused. Idempotent. */
    void hangUp() throws InterruptedException;

    /** Lets go of what is left of it; it has ended, or is killed now. Idempotent. */
    void close() throws InterruptedException;
}
