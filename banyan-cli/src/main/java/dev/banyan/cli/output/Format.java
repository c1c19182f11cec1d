package dev.banyan.cli.output;

/** How lists and single things are shown. */
public enum Format {
    /** For people. */
    table,
    /** For programs. */
    json,
    /** For programs and people. */
    yaml;

    /** True when a program reads the answer. */
    public boolean forPrograms() {
        return this != table;
    }
}
