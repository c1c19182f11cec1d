package dev.banyan.engine.planning;

/** Names of finalizers that one room sets and another removes. */
public final class Finalizers {
    /** Keeps a Deployment until none of its tasks is left: set by admission, removed by the deployment controller. */
    public static final String TASKS = "dev.banyan/tasks";

    private Finalizers() {}
}
