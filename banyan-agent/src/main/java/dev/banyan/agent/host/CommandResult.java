package dev.banyan.agent.host;

/**
 * How a command ended by itself.
 *
 * @param exit its exit status; 128 + n when signal n ended it
 * @param output all of its standard output
 * @param error its standard error, cut after 64 KiB
 */
public record CommandResult(CommandLine line, int exit, String output, String error) {
    public boolean succeeded() {
        return exit == 0;
    }

    /**
     * The standard output of a command that must succeed.
     *
     * @throws HostException when it did not
     */
    public String require() {
        if (!succeeded()) {
            throw new HostException(describe());
        }
        return output;
    }

    /** What was run and how it ended, in one line for logs and events. */
    public String describe() {
        var said =
                error.isBlank() ? "" : ": " + String.join(" | ", error.strip().split("\\s*\n\\s*"));
        return "`" + line + "` ended with " + exit + said;
    }
}
