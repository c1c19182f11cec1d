package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import java.util.Optional;

/** How the text of one value is read. */
@FunctionalInterface
public interface Form {
    /**
     * What the text means.
     *
     * @param quoted it was written with quotes, which matters to few
     */
    Reading read(String text, boolean quoted);

    /** What came of a text. */
    sealed interface Reading {
        /** It means this; read again, that means the same. */
        record Value(String text, Kind kind) implements Reading {}

        /** It means this, but perhaps the author meant something else. */
        record Doubtful(Value value, String message, String suggestion) implements Reading {}

        /** It means nothing. */
        record Wrong(String message, Optional<String> suggestion) implements Reading {}
    }
}
