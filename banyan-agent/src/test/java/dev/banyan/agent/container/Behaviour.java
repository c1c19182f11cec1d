package dev.banyan.agent.container;

import java.time.Duration;

/** What a program does on a {@link FakeServer}. */
public sealed interface Behaviour {
    /** Runs until a signal; asked to end, it exits with 0. */
    record Heeds() implements Behaviour {}

    /** Runs until a signal; asked to end, it takes its time and then exits. */
    record Drains(Duration takes, int code) implements Behaviour {}

    /** Runs until it is killed. */
    record Ignores() implements Behaviour {}

    /** Ends by itself. */
    record Ends(Duration after, int code) implements Behaviour {}

    /** Is killed for its memory. */
    record Exceeds(Duration after) implements Behaviour {}

    /** As a command run in a container: writes and ends at once. */
    record Answers(int code, String output) implements Behaviour {}

    /** Cannot be executed: there is no such program in the image, or it is none. */
    record Missing() implements Behaviour {}
}
