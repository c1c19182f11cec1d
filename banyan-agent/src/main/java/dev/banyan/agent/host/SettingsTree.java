package dev.banyan.agent.host;

/** The settings of one kernel by name, such as {@code net/ipv4/ip_forward}. Thread-safe. */
public interface SettingsTree {
    /** Whether there is such a setting now: those of a link come and go with it. */
    boolean has(String name);

    /**
     * The present value, without its line end.
     *
     * @throws HostException when there is no such setting
     */
    String value(String name);

    /**
     * Changes the value.
     *
     * @throws HostException when the kernel refuses
     */
    void set(String name, String value);
}
