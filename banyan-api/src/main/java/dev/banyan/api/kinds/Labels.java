package dev.banyan.api.kinds;

/** Labels that Banyan itself sets; users' labels have other prefixes. */
public final class Labels {
    /** Name of the Deployment that an object belongs to. */
    public static final String DEPLOYMENT = "dev.banyan/deployment";

    /** Name of the service inside its app. */
    public static final String SERVICE = "dev.banyan/service";

    /** Number of the release that made the object. */
    public static final String RELEASE = "dev.banyan/release";

    /** Number of a task's replica slot. */
    public static final String SLOT = "dev.banyan/slot";

    /** Name of the agent that a task is assigned to; absent before. */
    public static final String AGENT = "dev.banyan/agent";

    private Labels() {}
}
