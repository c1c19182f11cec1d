package dev.banyan.cli.output;

import java.io.PrintStream;
import java.util.List;

/** Where text goes: data to {@code out}, words to {@code err}. For one thread. */
public final class Console {
    private static final String UP_AND_CLEAR = "\u001b[1A\u001b[2K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final Palette palette;
    private int blockLines;

    /**
     * Takes the two streams.
     *
     * @param terminal whether a person watches, so that lines may be drawn over
     */
    public Console(PrintStream out, PrintStream err, boolean terminal, Palette palette) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.palette = palette;
    }

    public boolean terminal() {
        return terminal;
    }

    public Palette palette() {
        return palette;
    }

    /** Data, with its own line feeds. */
    public void data(String text) {
        out.print(text);
        out.flush();
    }

    /** Data as it is, byte for byte. */
    public void raw(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
        out.flush();
    }

    /** What another program writes beside its data, byte for byte. */
    public void rawErrors(byte[] bytes) {
        err.write(bytes, 0, bytes.length);
        err.flush();
    }

    /** Words, with their own line feeds. */
    public void say(String text) {
        err.print(text);
        err.flush();
        blockLines = 0;
    }

    /** Draws lines over those drawn last, if nothing was said since. For terminals. */
    public void draw(List<String> lines) {
        var text = new StringBuilder(UP_AND_CLEAR.repeat(blockLines));
        lines.forEach(line -> text.append(line).append('\n'));
        err.print(text);
        err.flush();
        blockLines = lines.size();
    }
}
