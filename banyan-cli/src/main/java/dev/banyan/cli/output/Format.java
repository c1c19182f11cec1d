package dev.banyan.cli.output;

/** How lists and single things are shown. */
public enum Format {
    /** For people. */
    table,
    /** For programs. */
    json
}
