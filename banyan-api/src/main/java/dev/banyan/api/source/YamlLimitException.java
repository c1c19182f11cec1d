package dev.banyan.api.source;

/** A text asks for more than the reader gives. Stays inside the room. */
final class YamlLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Position position;
    private final String words;

    YamlLimitException(Position position, String words) {
        super(words);
        this.position = position;
        this.words = words;
    }

    Position position() {
        return position;
    }

    String words() {
        return words;
    }
}
