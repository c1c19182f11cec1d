package dev.banyan.cli.network;

/**
 * What one check came to.
 *
 * @param from the agent that tried, or should have
 * @param to the service, or {@code agent NAME}
 * @param what of it, for people; empty for all of it
 */
record Tried(String from, String to, String what, Verdict verdict, long tookUs) {
    /** How it is. */
    sealed interface Verdict {
        /** Words for people; empty where there is nothing to say. */
        String words();

        record Well(String words) implements Verdict {}

        record Failed(String words) implements Verdict {}

        /** It could not be tried. */
        record Gap(String words) implements Verdict {}
    }

    static Tried failed(String from, String to, String what, String reason) {
        return new Tried(from, to, what, new Verdict.Failed(reason), 0);
    }

    static Tried gap(String from, String to, String reason) {
        return new Tried(from, to, "", new Verdict.Gap(reason), 0);
    }
}
