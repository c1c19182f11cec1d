package dev.banyan.agent.container;

/** The programs that run containers, by the names under which containerd knows them. These names are kept with each sandbox. */
public enum Handler {
    /** Gives containers the environments that lie in memory; its name is from when there was no other. */
    WITH_ENVIRONMENTS("runc"),

    /** The program itself, for containers that have no environment besides their image's. */
    PLAIN("plain");

    private final String key;

    Handler(String key) {
        this.key = key;
    }

    /** Its name in containerd's configuration and in what containerd keeps. */
    public String key() {
        return key;
    }
}
