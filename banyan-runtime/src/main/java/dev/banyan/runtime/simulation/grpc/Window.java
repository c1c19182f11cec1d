package dev.banyan.runtime.simulation.grpc;

/** How much of what one side sends in one call the other has not taken yet. Sending is never refused; who is polite waits. */
final class Window {
    /** Room for what HTTP/2 lets travel untaken by default. */
    private static final int ROOM = 64 * 1024;

    private int untaken;
    private int taken;

    void sent(int bytes) {
        untaken += bytes;
    }

    /** The other side took some; true when there is room now and was none before. */
    boolean opened(int bytes) {
        boolean before = open();
        untaken -= bytes;
        return !before && open();
    }

    boolean open() {
        return untaken < ROOM;
    }

    /** This side took a message; answers what to tell the other, 0 for nothing yet. */
    int took(int bytes) {
        taken += bytes;
        if (taken < ROOM / 2) {
            return 0;
        }
        int tell = taken;
        taken = 0;
        return tell;
    }
}
