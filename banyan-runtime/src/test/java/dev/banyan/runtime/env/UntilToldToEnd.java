package dev.banyan.runtime.env;

import java.time.Duration;

/** A program as its users write them: opens something, works until it is told to end, closes. Says when it waits for that. */
final class UntilToldToEnd {
    private UntilToldToEnd() {}

    public static void main(String... arguments) throws InterruptedException {
        var env = new SystemEnv();
        Opened opened = () -> System.out.println("closed");
        try (opened) {
            sayWhenWaiting(Thread.currentThread());
            env.awaitShutdown(Duration.ofSeconds(30));
        }
    }

    private static void sayWhenWaiting(Thread main) {
        var watcher = new Thread(() -> {
            while (main.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            System.out.println("waits");
        });
        watcher.start();
    }

    private interface Opened extends AutoCloseable {
        @Override
        void close();
    }
}
