package dev.banyan.harness;

/** Signals that Java cannot send itself. */
final class Signals {
    private Signals() {}

    /** Sends it; a process that is gone already is no failure, for that is a race every killer may lose. */
    static void send(String signal, long pid) {
        var sent = Command.of("kill", "-" + signal, Long.toString(pid)).run();
        if (sent.status() != 0 && ProcessHandle.of(pid).isPresent()) {
            throw new AssertionError(sent.toString());
        }
    }
}
