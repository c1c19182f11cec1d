package dev.banyan.runtime.manager;

/**
 * How a component is.
 *
 * @param ready whether it does its work now
 * @param detail one line for people: what it has, or what it lacks and waits for
 */
public record Health(boolean ready, String detail) {
    /** It does its work. */
    public static Health ready(String detail) {
        return new Health(true, detail);
    }

    /** It lacks what {@code detail} says. */
    public static Health notReady(String detail) {
        return new Health(false, detail);
    }
}
