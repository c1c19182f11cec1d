package dev.banyan.cli.values;

import dev.banyan.cli.command.FormatOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The sub-verbs that secrets and configs have in common; a verb that extends this has them. */
@Command
public class ValueSubverbs {
    private final ValueVerbs verbs;

    /** For secrets or for configs. */
    protected ValueSubverbs(ValueVerbs verbs) {
        this.verbs = verbs;
    }

    @Command(name = "create", description = "Keeps one of the cluster's own under a name, sealed.")
    final int create(
            @Parameters(paramLabel = "NAME") String name,
            @Parameters(
                            paramLabel = "FILE",
                            arity = "0..1",
                            defaultValue = ValueVerbs.INPUT,
                            description = "File that holds the value; - reads standard input, as does none.")
                    String file,
            @Option(names = "--replace", description = "Takes the place of the value that is there.") boolean replace) {
        return verbs.create(name, file, replace);
    }

    @Command(name = "ls", description = "Lists the cluster's own: names, sizes, digests and users; never values.")
    final int list(@Mixin FormatOption format) {
        return verbs.list(format);
    }

    @Command(name = "rm", description = "Forgets one; apps keep what they took of it until their next up.")
    final int remove(@Parameters(paramLabel = "NAME") String name) {
        return verbs.remove(name);
    }
}
