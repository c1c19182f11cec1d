package dev.banyan.cli.command;

import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Format;
import dev.banyan.cli.output.JsonOutput;
import dev.banyan.cli.output.Table;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The option of everything that lists or shows. */
public final class FormatOption {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table or json.")
    private Format format = Format.table;

    /** True when a program reads the answer. */
    public boolean json() {
        return format == Format.json;
    }

    /** Prints the table, or the items under the name of their schema. */
    public void print(Console console, Table table, String schema, List<Map<String, Object>> items) {
        console.data(json() ? JsonOutput.document(schema, "items", items) : table.render());
    }
}
