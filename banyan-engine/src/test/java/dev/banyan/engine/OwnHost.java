package dev.banyan.engine;

/** The loopback address of all of this process. */
public final class OwnHost {
    private OwnHost() {}

    /** Where nobody else has any port, nor takes one to connect from: numbers of processes have 22 bits. */
    public static String address() {
        long pid = ProcessHandle.current().pid();
        return "127." + (64 | pid >> 16 & 63) + "." + (pid >> 8 & 255) + "." + (pid & 255);
    }
}
