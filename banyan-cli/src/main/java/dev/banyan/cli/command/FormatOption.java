package dev.banyan.cli.command;

import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Document;
import dev.banyan.cli.output.Format;
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
            description = "table, json or yaml.")
    private Format format = Format.table;

    /** True when a program reads the answer. */
    public boolean forPrograms() {
        return format.forPrograms();
    }

    /** A document in the language that was asked for. */
    public String text(Document document) {
        return document.in(format);
    }

    /** One of a stream of items, with its line feed. */
    public String one(Map<String, Object> item) {
        return Document.one(format, item);
    }

    /** Prints the table, or the items under the name of their schema. */
    public void print(Console console, Table table, String schema, List<Map<String, Object>> items) {
        console.data(forPrograms() ? text(new Document(schema, "items", items)) : table.render());
    }
}
