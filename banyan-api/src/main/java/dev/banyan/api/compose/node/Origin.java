package dev.banyan.api.compose.node;

import dev.banyan.api.source.SourceText;
import java.util.List;

/** A text that was read. Two origins are never the same, even with the same text. */
public final class Origin {
    private final int order;
    private final SourceText source;
    private final boolean secret;
    private final List<String> lines;

    /**
     * @param order in which its complaints are told, among others
     * @param secret its lines are never printed
     */
    public Origin(int order, SourceText source, boolean secret) {
        this.order = order;
        this.source = source;
        this.secret = secret;
        this.lines = source.text().lines().toList();
    }

    public int order() {
        return order;
    }

    public SourceText source() {
        return source;
    }

    public boolean secret() {
        return secret;
    }

    /** The line {@code number} from 1, without its end; empty when there is none. */
    String line(int number) {
        return number > 0 && number <= lines.size() ? lines.get(number - 1) : "";
    }
}
