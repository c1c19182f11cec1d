package dev.banyan.api.archive;

import java.io.IOException;
import java.io.OutputStream;

/** Where files go to. Paths are the place's own. For one task. */
public interface Place {
    /** What a path leads to now; a link stands for what it leads to. */
    CopyPlan.There there(String path) throws IOException;

    /** Makes a directory; nothing happens when there is one. */
    void directory(String path) throws IOException;

    /** Makes a file anew in the place of what is there, which must be no directory; the caller closes it. */
    OutputStream file(String path) throws IOException;

    /** Makes a link to {@code target} in the place of what is there, which must be no directory. */
    void link(String path, String target) throws IOException;

    /** Gives what is at {@code existing} one more name. */
    void hardLink(String path, String existing) throws IOException;

    /** Gives a file or directory that was made its mode, time, and owner so far as the place wants owners. */
    void finish(String path, TarEntry entry) throws IOException;
}
