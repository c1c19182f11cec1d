package dev.banyan.runtime.env;

/** The surroundings of a component. Thread-safe; passed by constructor, never static. */
public interface Env {
    /** The clocks: one for durations, one for people. */
    TimeSource time();

    /** Seedable randomness for jitter and tie-breaking; never for keys or tokens. */
    RandomSource random();

    /** Unpredictable bytes for keys, tokens and identifiers. */
    Entropy entropy();

    /** Where tasks are started. */
    TaskSpawner tasks();

    /** A bounded queue between tasks; {@code capacity} from 1. */
    <T> Mailbox<T> mailbox(int capacity);

    /** A level-triggered wake-up between tasks. */
    Signal signal();
}
