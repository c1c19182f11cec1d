package dev.banyan.runtime.simulation.perturbation;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;

/** A story with a wanted end, told of one process that may die in it and be started again. Has no state: it is told many times. */
public interface Scenario {
    /** For messages. */
    String name();

    /** Starts the process's components over {@code store}; again with a fresh environment after the process has died. */
    void start(Env env, Store store);

    /** What users do. Called once, outside the process, after its first start. */
    void disturb(Store truth);

    /**
     * Looks at the end state.
     *
     * @throws AssertionError saying what is not as wanted
     */
    void check(Store truth);

    /**
     * Whether a disturbed run must create and delete the same objects as an undisturbed one. Not so for a controller that makes something
     * and takes it back when it learns more.
     */
    default boolean sameDeeds() {
        return true;
    }
}
