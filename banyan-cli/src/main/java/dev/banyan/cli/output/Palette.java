package dev.banyan.cli.output;

/** Colours of a terminal, or none. */
public enum Palette {
    /** Plain text. */
    PLAIN,
    /** ANSI colours. */
    COLOURED;

    public String good(String text) {
        return wrap("32", text);
    }

    public String bad(String text) {
        return wrap("31", text);
    }

    public String faint(String text) {
        return wrap("2", text);
    }

    public String strong(String text) {
        return wrap("1", text);
    }

    private String wrap(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
