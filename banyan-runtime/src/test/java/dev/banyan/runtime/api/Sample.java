package dev.banyan.runtime.api;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** One of each thing that a line of the API can be about. */
public abstract class Sample<T extends Comparable<T>> implements AutoCloseable {
    public static final String NAME = "sample";

    final int hidden;

    protected Sample(int hidden) {
        this.hidden = hidden;
    }

    public <X> List<X> all(Collection<? extends T> some, X[] others) throws IOException {
        throw new IOException("only its signature is of use, not " + some + others.length);
    }

    @Override
    public abstract void close();

    protected int hidden() {
        return hidden;
    }

    void unseen() {}

    @Override
    public String toString() {
        return NAME;
    }

    public sealed interface Part {
        record Word(String text, Optional<Part> next) implements Part {
            public static Word of(String text) {
                return new Word(text, Optional.empty());
            }
        }

        static boolean last() {
            return true;
        }

        default Part half() {
            return this;
        }
    }

    public enum Mood {
        GOOD,
        BAD
    }

    static class Unseen {
        public void looksOpen() {}
    }
}
