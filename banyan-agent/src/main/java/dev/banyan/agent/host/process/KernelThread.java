package dev.banyan.agent.host.process;

/** A thread of the kernel: for what would hold one of the few that carry all tasks, or must not be carried by one that others use after. */
final class KernelThread {
    private KernelThread() {}

    /** Starts one that ends with {@code body}, and does not keep the program alive. */
    static Thread start(String name, Runnable body) {
        var thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
