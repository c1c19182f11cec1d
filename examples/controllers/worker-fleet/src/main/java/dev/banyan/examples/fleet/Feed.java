package dev.banyan.examples.fleet;

import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;

/** A feed to be fetched again and again. Its spec is where to fetch it. */
final class Feed {
    /**
     * The last fetch.
     *
     * @param worker who made it; empty before the first
     * @param number how many there have been, by whomever
     */
    record Fetch(String worker, long number) {
        static final Fetch NONE = new Fetch("", 0);

        static Fetch read(String text) {
            var fields = text.split(" ");
            return new Fetch(fields[0], Long.parseLong(fields[1]));
        }

        Fetch next(String by) {
            return new Fetch(by, number + 1);
        }

        @Override
        public String toString() {
            return worker + " " + number;
        }
    }

    static final Kind<String, Fetch> FEEDS = new Kind<>(
            "feeds", Kind.Scope.CLUSTER, Codec.TEXT, Codec.ofText(Fetch.NONE, Fetch::toString, Fetch::read));

    private Feed() {}
}
