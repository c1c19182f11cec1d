package dev.banyan.cli;

import java.util.Optional;

/** The program's entry. What needs no cluster is answered here, before any library is loaded. */
public final class Main {
    private Main() {}

    public static void main(String[] words) {
        if (words.length == 1 && (words[0].equals("--version") || words[0].equals("version"))) {
            System.out.println("banyan-cli " + version());
            return;
        }
        System.exit(CommandLineStart.run(words));
    }

    private static String version() {
        return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
    }
}
