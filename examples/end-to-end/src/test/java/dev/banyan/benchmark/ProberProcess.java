package dev.banyan.benchmark;

import dev.banyan.harness.Command;
import dev.banyan.harness.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** This program's end of a {@link Prober}. For one thread. */
final class ProberProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    private ProberProcess(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    static ProberProcess on(Server server) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProberProcess(server.open(Command.of(
                java, "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Prober.class.getName())));
    }

    /** Begins to request; {@link #answered} tells when it was answered. */
    void ask(String address, int port) {
        try {
            var output = process.getOutputStream();
            output.write((address + " " + port + "\n").getBytes(StandardCharsets.UTF_8));
            output.flush();
        } catch (IOException ended) {
            throw new UncheckedIOException("the prober has ended", ended);
        }
    }

    /** Waits for the answer to what was asked; its time on the machine's monotonic clock, in nanoseconds. */
    long answered() {
        try {
            return Long.parseLong(answers.readLine());
        } catch (IOException ended) {
            throw new UncheckedIOException("the prober has ended", ended);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
