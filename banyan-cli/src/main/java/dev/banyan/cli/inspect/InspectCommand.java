package dev.banyan.cli.inspect;

import dev.banyan.cli.command.Program;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.cli.output.Format;
import dev.banyan.cli.output.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows all that the cluster knows of something. */
@Command(
        name = "inspect",
        description = {
            "Shows all that the cluster knows of apps, services, tasks and agents, with their last events.",
            "A task is shown with what its container is on its server, and without values of its environment.",
            "A service is shown with its tasks, an agent with what it reports of its server."
        },
        footer = {
            "",
            "Examples:",
            "  banyan-cli inspect shop/web",
            "  banyan-cli inspect -o table shop/web.1",
            "  banyan-cli inspect -o json agent-1"
        })
final class InspectCommand implements Callable<Integer> {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "yaml",
            description = "yaml, json or table.")
    private Format format = Format.yaml;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "An app, a task, an agent, or [APP/]SERVICE[.SLOT].")
    private List<String> names = List.of();

    private final Program program;

    InspectCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var cluster = program.access().open()) {
            var found = new Found(cluster);
            var items = new ArrayList<Map<String, Object>>();
            for (var name : names) {
                items.addAll(found.items(name));
            }
            program.console()
                    .data(
                            format == Format.table
                                    ? table(items).render()
                                    : new Document("banyan.inspect/1", "items", items).in(format));
            return ExitCode.OK.number();
        }
    }

    private static Table table(List<Map<String, Object>> items) {
        var rows = new ArrayList<List<String>>();
        items.forEach(item -> flatten("", item, rows));
        return new Table(List.of("FIELD", "VALUE"), rows);
    }

    private static void flatten(String path, Object value, List<List<String>> rows) {
        switch (value) {
            case Map<?, ?> map ->
                map.forEach((key, inner) -> flatten(path.isEmpty() ? "" + key : path + "." + key, inner, rows));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    flatten(path + "[" + i + "]", list.get(i), rows);
                }
            }
            default -> rows.add(List.of(path, String.valueOf(value)));
        }
    }
}
