package dev.banyan.api.compose.node;

import java.util.Optional;

/** The path to a value, such as {@code services.web.ports[0]}; its text is made only when somebody complains. */
public final class Trail {
    /** The document itself. */
    public static final Trail ROOT = new Trail(Optional.empty(), "");

    private final Optional<Trail> parent;
    private final String step;

    private Trail(Optional<Trail> parent, String step) {
        this.parent = parent;
        this.step = step;
    }

    /** The path to a key below. */
    public Trail key(String key) {
        return new Trail(Optional.of(this), parent.isEmpty() ? key : "." + key);
    }

    /** The path to an item below. */
    public Trail index(int index) {
        return new Trail(Optional.of(this), "[" + index + "]");
    }

    @Override
    public String toString() {
        return parent.map(Trail::toString).orElse("") + step;
    }
}
