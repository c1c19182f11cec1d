package dev.banyan.api.archive;

/** Where a copy goes, by what is at its destination: the rules of {@code docker cp}. Pure. */
public sealed interface CopyPlan {
    /**
     * What is copied comes to be {@code path}: its top entry there, all others below it.
     *
     * @param path without a slash at its end, except for the root
     */
    record To(String path) implements CopyPlan {}

    /** It cannot go there; {@code why} is for people. */
    record Refused(String why) implements CopyPlan {}

    /** What is at a path now. */
    enum There {
        NOTHING,
        FILE,
        DIRECTORY
    }

    /**
     * What is copied.
     *
     * @param name of its top entry
     * @param contents whether what is in the directory is meant, not the directory itself
     */
    record Source(String name, boolean directory, boolean contents) {}

    /** Decides for {@code destination} as a person wrote it. */
    static CopyPlan of(Source source, String destination, There there) {
        boolean meansDirectory = destination.endsWith("/") || destination.endsWith("/.") || destination.equals(".");
        var path = trimmed(destination);
        return switch (there) {
            case NOTHING ->
                meansDirectory && !source.directory()
                        ? new Refused(
                                destination + " is no directory: make it first, or leave the slash at its end out")
                        : new To(path);
            case FILE ->
                source.directory() || meansDirectory
                        ? new Refused(path + " is a file, where a directory is wanted")
                        : new To(path);
            case DIRECTORY -> new To(source.contents() ? path : child(path, source.name()));
        };
    }

    private static String trimmed(String path) {
        var trimmed = path.endsWith("/.") ? path.substring(0, path.length() - 1) : path;
        while (trimmed.endsWith("/") && trimmed.length() > 1) {
            trimmed = trimmed.substring(0, trimmed.length() - 1);
        }
        return trimmed;
    }

    private static String child(String directory, String name) {
        return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }
}
