package dev.banyan.harness;

/**
 * What a finished command left.
 *
 * @param command the command as a person would type it
 * @param status exit status; 128 + N when signal N ended it
 * @param out standard output
 * @param err standard error
 */
public record Output(String command, int status, String out, String err) {
    /**
     * The output, if the command succeeded.
     *
     * @throws AssertionError with all that the command said otherwise
     */
    public Output orFail() {
        if (status != 0) {
            throw new AssertionError(toString());
        }
        return this;
    }

    @Override
    public String toString() {
        return "%s%nexit status %d%n%s%s".formatted(command, status, out, err);
    }
}
