package dev.banyan.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Runs several command lines in one process, one for each line of standard input, with words parted by tabs. An AOT cache is made from one
 * process, and shall hold what more than one command needs.
 */
final class Rehearsal {
    private Rehearsal() {}

    /** Ends with the first command that fails, with its exit code. */
    public static void main(String[] none) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            int code = CommandLineStart.run(line.split("\t"));
            if (code != 0) {
                System.exit(code);
            }
        }
        System.exit(0);
    }
}
