package dev.banyan.api.source;

/**
 * A text and the name under which people know it.
 *
 * @param name file name as it is to be printed
 */
public record SourceText(String name, String text) {
    /** The line {@code number} (from 1) without its end; empty when the text is shorter. */
    public String line(int number) {
        return text.lines().skip(Math.max(0, number - 1L)).findFirst().orElse("");
    }
}
