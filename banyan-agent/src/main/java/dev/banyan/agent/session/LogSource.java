package dev.banyan.agent.session;

import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.LogRequest;
import java.util.List;

/** Where the lines of a task's containers come from. */
@FunctionalInterface
public interface LogSource {
    /** Takes lines in order; waits while the reader is slow. */
    @FunctionalInterface
    interface Sink {
        /** False when the reader has gone. */
        boolean accept(List<LogLine> lines) throws InterruptedException;
    }

    /** Delivers what {@code request} asks for; returns at the end, or when the sink is closed. */
    void read(LogRequest request, Sink sink) throws InterruptedException;
}
