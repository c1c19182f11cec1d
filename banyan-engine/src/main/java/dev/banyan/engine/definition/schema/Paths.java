package dev.banyan.engine.definition.schema;

/** Paths in messages, such as {@code spec.ports[0].name}. Pure. */
public final class Paths {
    private Paths() {}

    /** The path of a field below another path, which may be empty. */
    public static String field(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    static String item(String path, int index) {
        return path + "[" + index + "]";
    }
}
